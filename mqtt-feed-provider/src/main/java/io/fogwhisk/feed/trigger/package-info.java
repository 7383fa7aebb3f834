/** Writes what a trigger gets of a message and fires it, again and again, until it is accepted or refused for good. */
@NullMarked
package io.fogwhisk.feed.trigger;

import org.jspecify.annotations.NullMarked;
