/** Files that only their owner may read, replaced in one step. */
@NullMarked
package io.fogwhisk.base.file;

import org.jspecify.annotations.NullMarked;
