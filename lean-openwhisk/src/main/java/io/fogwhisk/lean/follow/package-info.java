/** Follows the catalogue of a centre: keeps a copy of what is declared there, in its order, and says how far it is. */
@NullMarked
package io.fogwhisk.lean.follow;

import org.jspecify.annotations.NullMarked;
