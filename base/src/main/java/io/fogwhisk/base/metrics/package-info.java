/** Counts what every stage does, under one list of names. */
@NullMarked
package io.fogwhisk.base.metrics;

import org.jspecify.annotations.NullMarked;
