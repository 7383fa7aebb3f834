/** Picks the destination that is expected to answer a call first, by what earlier calls or questions told. */
@NullMarked
package io.fogwhisk.edge.dispatcher;

import org.jspecify.annotations.NullMarked;
