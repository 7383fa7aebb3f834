/** The {@code fogwhisk} command. */
@NullMarked
package io.fogwhisk.launcher;

import org.jspecify.annotations.NullMarked;
