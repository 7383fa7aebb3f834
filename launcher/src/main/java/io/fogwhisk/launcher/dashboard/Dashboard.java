package io.fogwhisk.launcher.dashboard;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.Aggregator;
import io.fogwhisk.aggregate.outbox.Backlogged;
import io.fogwhisk.aggregate.outbox.SetAside;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.http.HttpRole;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.site.Instruments;
import io.fogwhisk.launcher.site.SiteAddresses;
import io.fogwhisk.launcher.site.SiteConfig;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.ServiceUnavailableResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The web page that shows a site as it runs: {@code /} the page, {@code /api/status} its figures, {@code /api/outbox} what
 * waits for which database, and {@code /api/set-aside} the readings that could not be read, with the reason; and beside
 * it {@code /metrics}, {@code /live} and {@code /ready}. It shows no keys and no tokens.
 *
 * <p>It is the first of a site to start and the last to close, so that it can tell that the site starts or stops: the page
 * has its figures while the site runs.
 */
public final class Dashboard implements Service {

    private static final int LISTED = 200;

    private final SiteConfig config;
    private final SiteAddresses addresses;
    private final Instruments instruments;
    private final Optional<Aggregator> aggregator;
    private final HttpHost http;
    private final ObjectMapper mapper = new ObjectMapper();
    private HttpHost.@Nullable Port port;

    /**
     * A dashboard that is not started.
     *
     * @param aggregator whose outbox the page shows; empty for a process that has no page
     */
    public Dashboard(
            SiteConfig config,
            SiteAddresses addresses,
            Instruments instruments,
            Optional<Aggregator> aggregator,
            HttpHost http) {
        this.config = config;
        this.addresses = addresses;
        this.instruments = instruments;
        this.aggregator = aggregator;
        this.http = http;
    }

    @Override
    public void start() {
        port = http.open(new HttpRole(
                config.id() + "/dashboard", config.host(), config.ports().dashboard(), this::routes));
    }

    @Override
    public void close() {
        if (port != null) {
            port.close();
            port = null;
        }
    }

    private void routes(JavalinConfig javalin) {
        instruments.routes(javalin);
        aggregator.ifPresent(each -> pageRoutes(javalin, each));
    }

    private void pageRoutes(JavalinConfig javalin, Aggregator shown) {
        String page = page();
        javalin.routes.get("/", context -> context.html(page));
        javalin.routes.before("/api/*", context -> {
            if (!instruments.readiness().running()) {
                throw new ServiceUnavailableResponse(config.id() + " starts or stops");
            }
        });
        javalin.routes.get("/api/status", context -> json(context, status(shown)));
        javalin.routes.get("/api/outbox", context -> json(context, outbox(shown)));
        javalin.routes.get("/api/set-aside", context -> json(context, setAside(shown)));
    }

    private static void json(Context context, String json) {
        context.contentType("application/json").result(json);
    }

    private String status(Aggregator shown) throws IOException {
        ObjectNode json = mapper.createObjectNode();
        json.put("site", config.id()).put("mqtt", addresses.broker().toString()).put("openwhisk", addresses.apiHost());
        json.put("influx", addresses.localUrl()).put("central", addresses.centralUrl());
        json.put("outbox", shown.outboxDepth());
        ObjectNode counters = json.putObject("counters");
        for (Meter meter : Meter.values()) {
            counters.put(meter.id(), instruments.metrics().value(meter));
        }
        return mapper.writeValueAsString(json);
    }

    private String outbox(Aggregator shown) throws IOException {
        ObjectNode json = mapper.createObjectNode();
        var databases = json.putArray("databases");
        for (Backlogged each : shown.backlog()) {
            ObjectNode one = databases.addObject();
            if (!each.name().isEmpty()) {
                one.put("name", each.name());
            }
            if (!each.namespace().isEmpty()) {
                one.put("namespace", each.namespace());
            }
            one.put("address", each.bucket().toString())
                    .put("entries", each.entries())
                    .put("bytes", each.bytes());
            each.oldest().ifPresent(oldest -> one.put("oldest", oldest.toString()));
            each.failure().ifPresent(failure -> one.put("error", failure.reason()));
        }
        json.put("setAside", shown.setAside().count());
        return mapper.writeValueAsString(json);
    }

    private String setAside(Aggregator shown) throws IOException {
        var array = mapper.createArrayNode();
        for (SetAside.Item entry : shown.setAside().list(LISTED)) {
            array.addObject()
                    .put("time", entry.time().toString())
                    .put("reason", entry.reason())
                    .put("payload", entry.payload());
        }
        return mapper.writeValueAsString(array);
    }

    private static String page() {
        try (InputStream in = Dashboard.class.getResourceAsStream("index.html")) {
            if (in == null) {
                throw new LauncherException("index.html is missing from the program's own jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LauncherException("cannot read index.html from the program's own jar", e);
        }
    }
}
