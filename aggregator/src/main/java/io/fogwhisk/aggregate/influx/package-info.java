/** Writes points to and reads series from any InfluxDB 2. */
@NullMarked
package io.fogwhisk.aggregate.influx;

import org.jspecify.annotations.NullMarked;
