/** Keeps the data within bounds: deletes what has expired, thins out what is old, and refuses what the disk has no room for. */
@NullMarked
package io.fogwhisk.influx.retention;

import org.jspecify.annotations.NullMarked;
