/** The InfluxDB 2 HTTP API on an embedded database, as one service. */
@NullMarked
package io.fogwhisk.influx;

import org.jspecify.annotations.NullMarked;
