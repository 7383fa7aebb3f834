/** Which organisation, buckets and tokens there are, and what each token may do; durable in a database file of its own. */
@NullMarked
package io.fogwhisk.influx.catalog;

import org.jspecify.annotations.NullMarked;
