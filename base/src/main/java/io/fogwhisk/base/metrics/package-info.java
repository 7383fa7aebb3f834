/** Counts what every stage does and shows how it stands, under one list of names each. */
@NullMarked
package io.fogwhisk.base.metrics;

import org.jspecify.annotations.NullMarked;
