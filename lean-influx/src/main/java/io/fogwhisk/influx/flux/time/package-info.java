/** Durations, calendars and windows of time, as Flux has them. */
@NullMarked
package io.fogwhisk.influx.flux.time;

import org.jspecify.annotations.NullMarked;
