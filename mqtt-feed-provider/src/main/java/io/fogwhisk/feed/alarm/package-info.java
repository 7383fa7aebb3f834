/** Fires at a time: cron, on Quartz. */
@NullMarked
package io.fogwhisk.feed.alarm;

import org.jspecify.annotations.NullMarked;
