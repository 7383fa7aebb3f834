/** Picks a destination by what is known of it: weight, latency, calls under way, whether it can be reached. */
@NullMarked
package io.fogwhisk.edge.policy;

import org.jspecify.annotations.NullMarked;
