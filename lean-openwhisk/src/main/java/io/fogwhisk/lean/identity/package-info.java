/** Whose a key is, and what its namespace may do: namespaces, their keys and their limits. */
@NullMarked
package io.fogwhisk.lean.identity;

import org.jspecify.annotations.NullMarked;
