/** Points in the embedded database: one row per set of tags and time, last write wins. */
@NullMarked
package io.fogwhisk.influx.store;

import org.jspecify.annotations.NullMarked;
