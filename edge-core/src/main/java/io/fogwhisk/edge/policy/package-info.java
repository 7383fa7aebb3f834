/** Picks a destination: random, least impedance, round robin. */
@NullMarked
package io.fogwhisk.edge.policy;

import org.jspecify.annotations.NullMarked;
