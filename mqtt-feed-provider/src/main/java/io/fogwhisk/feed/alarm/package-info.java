/** Fires at a time: cron, interval and once, on Quartz. */
@NullMarked
package io.fogwhisk.feed.alarm;

import org.jspecify.annotations.NullMarked;
