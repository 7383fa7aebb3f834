/** Expressions of Flux over the columns of a table, their types checked before the first row. */
@NullMarked
package io.fogwhisk.influx.flux.expr;

import org.jspecify.annotations.NullMarked;
