package io.fogwhisk.aggregate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.outbox.OutboxConfig;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.wsk.action.ActivationContext;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One site's aggregator with a local and a central database, and calls to its actions as an OpenWhisk makes them. */
final class SiteFixture implements AutoCloseable {

    final HttpInflux local = new HttpInflux();
    final HttpInflux central = new HttpInflux();
    final ManualClock clock = new ManualClock("2026-03-01T10:30:00Z");
    Metrics metrics = new Metrics(new SimpleMeterRegistry(), "dc-1");
    Aggregator aggregator;
    /** Who calls. */
    String namespace = "guest";

    private final Path folder;
    private Duration maxAge = Duration.ZERO;
    private long accepted = 1_795_167_437_363_000_000L;

    SiteFixture(Path folder) {
        this.folder = folder;
        aggregator = open();
    }

    private Aggregator open() {
        Aggregator opened = new Aggregator(
                new AggregatorConfig(
                        "dc-1",
                        folder,
                        1_000,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5),
                        Duration.ZERO,
                        new OutboxConfig.Bounds(1_000, 1 << 20, maxAge, 100),
                        Duration.ZERO,
                        Backoff.between(Duration.ofMillis(10), Duration.ofMillis(50))),
                metrics,
                clock);
        opened.start();
        return opened;
    }

    /** Stops the site and starts it again with the same folder. */
    void restart() {
        aggregator.close();
        metrics = new Metrics(new SimpleMeterRegistry(), "dc-1");
        aggregator = open();
    }

    /** Restarts the site with a limit to how long the outbox keeps what waits. */
    void maxAge(Duration age) {
        maxAge = age;
        restart();
    }

    /** Stores the message that a broker delivered. */
    ObjectNode add(String body) throws Exception {
        ObjectNode params = parameters();
        params.put("type", "message").put("body", body);
        return call("addReadingToDb", params);
    }

    /** Stores a reading with the device's own time. */
    ObjectNode add(String datacenter, double humidity, String time) throws Exception {
        long millis = java.time.Instant.parse(time).toEpochMilli();
        return add("{\"humidity\":" + humidity + ",\"datacenter_id\":\"" + datacenter
                + "\",\"device_fingerprint\":7,\"timestamp\":" + millis + "}");
    }

    /** Runs the aggregates action with more parameters, as a JSON object. */
    ObjectNode aggregate(String more) throws Exception {
        ObjectNode params = parameters();
        params.setAll(JsonObject.parse(more).copy());
        return call("aggregatesAction", params);
    }

    ObjectNode call(String action, ObjectNode params) throws Exception {
        return call(action, params, Duration.ofSeconds(60));
    }

    /** Runs an action that has only so much time. */
    ObjectNode call(String action, ObjectNode params, Duration limit) throws Exception {
        ActivationContext context = new ActivationContext(
                new ActivationId(String.format("%032x", accepted)),
                QualifiedName.of("whisk.system", "aggregator", action),
                namespace,
                AuthKey.GUEST,
                accepted++,
                clock.instant().plus(limit));
        CompletableFuture<JsonObject> result = aggregator.builtInPackage().actions().stream()
                .filter(known -> known.name().equals(action))
                .findFirst()
                .orElseThrow()
                .code()
                .run(JsonObject.adopt(params), context)
                .toCompletableFuture();
        return result.get(20, TimeUnit.SECONDS).copy();
    }

    /** What a user binds to the package. */
    ObjectNode parameters() {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        for (String prefix : new String[] {"influx", "local"}) {
            params.put(prefix + "_url", local.url()).put(prefix + "_token", "local-token");
            params.put(prefix + "_org", "influxdata").put(prefix + "_bucket", "measure");
        }
        params.put("central_url", central.url()).put("central_token", "central-token");
        return params.put("central_org", "influxdata").put("central_bucket", "aggregates");
    }

    @Override
    public void close() {
        aggregator.close();
        local.close();
        central.close();
    }
}
