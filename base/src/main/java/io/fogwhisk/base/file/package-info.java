/** Files that only their owner may read, replaced in one step; and files that only one process may hold. */
@NullMarked
package io.fogwhisk.base.file;

import org.jspecify.annotations.NullMarked;
