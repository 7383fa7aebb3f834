/** The functions of Flux's packages. */
@NullMarked
package io.fogwhisk.influx.flux.library;

import org.jspecify.annotations.NullMarked;
