/** The feeds that exist: which trigger each fires, from which topic or schedule, and in which state. */
@NullMarked
package io.fogwhisk.feed.registry;

import org.jspecify.annotations.NullMarked;
