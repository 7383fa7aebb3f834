/** The syntax of Flux: a script's words and expressions, each with its place. */
@NullMarked
package io.fogwhisk.influx.flux.syntax;

import org.jspecify.annotations.NullMarked;
