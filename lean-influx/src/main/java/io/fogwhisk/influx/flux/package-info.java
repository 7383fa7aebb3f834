/** The part of Flux that pipelines and dashboards use: what a script means, and its answer. */
@NullMarked
package io.fogwhisk.influx.flux;

import org.jspecify.annotations.NullMarked;
