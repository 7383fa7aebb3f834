package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Exposition;
import io.fogwhisk.base.metrics.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** Where a role shows its metrics. */
final class MetricsOptions {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsOptions.class);

    @Option(
            names = "--metrics-endpoint",
            paramLabel = "HOST:PORT",
            description = "where to serve /metrics for Prometheus (default nowhere)")
    private String endpoint = "";

    /**
     * The metrics of a role, served from now on if they are to be.
     *
     * @param services close what serves them
     */
    Metrics open(ServiceGroup services, String role) {
        if (endpoint.isEmpty()) {
            return new Metrics(new SimpleMeterRegistry(), role);
        }
        Listen listen = Listen.parse("--metrics-endpoint", endpoint);
        Exposition exposition = new Exposition(role);
        HttpHost http = services.start(new HttpHost());
        HttpHost.Port port = services.own(http.open(exposition.role(role + "/metrics", listen.host(), listen.port())));
        LOG.atInfo()
                .addKeyValue("url", "http://" + listen.host() + ":" + port.number() + Exposition.PATH)
                .log("metrics are served");
        return exposition.metrics();
    }
}
