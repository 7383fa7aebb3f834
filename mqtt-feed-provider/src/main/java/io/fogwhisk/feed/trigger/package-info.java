/** Fires the trigger for a message or an alarm, until accepted, or set aside by policy. */
@NullMarked
package io.fogwhisk.feed.trigger;

import org.jspecify.annotations.NullMarked;
