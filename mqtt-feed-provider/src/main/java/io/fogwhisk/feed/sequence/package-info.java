/** Counts what is missing in the numbers that devices give their messages. */
@NullMarked
package io.fogwhisk.feed.sequence;

import org.jspecify.annotations.NullMarked;
