/** The types of Flux: what they are, how they are inferred, and what the functions of its packages take and return. */
@NullMarked
package io.fogwhisk.influx.flux.type;

import org.jspecify.annotations.NullMarked;
