/** Says of a process that it lives, and whether it can accept and durably store. */
@NullMarked
package io.fogwhisk.base.health;

import org.jspecify.annotations.NullMarked;
