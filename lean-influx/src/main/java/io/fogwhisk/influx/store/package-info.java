/** Points in the embedded database: a log of what comes and sorted, packed blocks of what was; last write wins. */
@NullMarked
package io.fogwhisk.influx.store;

import org.jspecify.annotations.NullMarked;
