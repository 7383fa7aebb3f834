package io.fogwhisk.launcher.site;

import io.fogwhisk.base.health.Readiness;
import io.fogwhisk.base.metrics.Exposition;
import io.fogwhisk.base.metrics.Metrics;
import io.javalin.config.JavalinConfig;
import java.util.Objects;

/**
 * What tells from outside how a site is.
 *
 * @param exposition what it counted
 * @param readiness whether it can accept and durably store
 */
public record Instruments(Exposition exposition, Readiness readiness) {

    /** Checks for null. */
    public Instruments {
        Objects.requireNonNull(exposition, "exposition is null");
        Objects.requireNonNull(readiness, "readiness is null");
    }

    /** Those of a site that starts. */
    static Instruments of(String site) {
        return new Instruments(new Exposition(site), new Readiness(site));
    }

    /** What counts. */
    public Metrics metrics() {
        return exposition.metrics();
    }

    /** Declares their pages on a port. */
    public void routes(JavalinConfig javalin) {
        exposition.routes(javalin);
        readiness.routes(javalin);
    }
}
