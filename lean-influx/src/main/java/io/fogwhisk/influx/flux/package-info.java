/** The part of Flux that pipelines and dashboards use: parser, plan, execution over the store. */
@NullMarked
package io.fogwhisk.influx.flux;

import org.jspecify.annotations.NullMarked;
