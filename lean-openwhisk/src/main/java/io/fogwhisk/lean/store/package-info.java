/** Namespaces and entities in the embedded database, and all in memory for the hot path. */
@NullMarked
package io.fogwhisk.lean.store;

import org.jspecify.annotations.NullMarked;
