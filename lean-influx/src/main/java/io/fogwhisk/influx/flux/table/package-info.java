/** Streams of tables, and what the functions of Flux do to them. */
@NullMarked
package io.fogwhisk.influx.flux.table;

import org.jspecify.annotations.NullMarked;
