/** Keeps the messages that were set aside, durably, with the reason. */
@NullMarked
package io.fogwhisk.feed.inbox;

import org.jspecify.annotations.NullMarked;
