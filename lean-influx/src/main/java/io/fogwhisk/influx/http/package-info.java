/** The InfluxDB 2 HTTP API: write, query, health, buckets. */
@NullMarked
package io.fogwhisk.influx.http;

import org.jspecify.annotations.NullMarked;
