/** Keeps accepted messages durably until their triggers took them, and those set aside, with the reason. */
@NullMarked
package io.fogwhisk.feed.inbox;

import org.jspecify.annotations.NullMarked;
