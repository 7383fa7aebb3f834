package io.fogwhisk.base.metrics;

import io.fogwhisk.base.http.HttpRole;
import io.javalin.config.JavalinConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The metrics of one site or role as a page that Prometheus and its like can scrape. Thread-safe. */
public final class Exposition {

    /** Where the page is. */
    public static final String PATH = "/metrics";

    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Metrics metrics;

    /**
     * Metrics that have counted nothing.
     *
     * @param site the tag of all of them
     */
    public Exposition(String site) {
        metrics = new Metrics(registry, site);
    }

    /** What counts. */
    public Metrics metrics() {
        return metrics;
    }

    /** The page, in Prometheus's text format, as things stand now. */
    public String page() {
        return metrics.upToDate(() -> registry.scrape(TYPE));
    }

    /** Declares the page on a port. */
    public void routes(JavalinConfig javalin) {
        javalin.routes.get(PATH, context -> context.contentType(TYPE).result(page()));
    }

    /** A port for the page alone. */
    public HttpRole role(String name, String host, int port) {
        return new HttpRole(name, host, port, this::routes);
    }
}
