package io.fogwhisk.launcher.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.Aggregator;
import io.fogwhisk.aggregate.AggregatorConfig;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.influx.LeanInflux;
import io.fogwhisk.influx.LeanInfluxConfig;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.wsk.action.ActivationContext;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A database for the built-in actions and one for those of {@code samples/actions}, with buckets for each case, so that what
 * both stored can be compared.
 */
final class TwinDatabases implements AutoCloseable {

    static final String TOKEN = "the-token-of-the-test";
    private static final String ORG = "influxdata";
    /** A site writes to a few databases only. */
    private static final int BUCKETS_OF_A_SITE = 40;

    private final Path folder;
    private final HttpHost http = new HttpHost();
    private final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "test");
    private final LeanInflux builtIn;
    private final LeanInflux node;
    private final NodeActions actions = new NodeActions();
    private final Instant now;
    private final Map<Integer, Aggregator> sites = new HashMap<>();

    /**
     * Starts both, with buckets {@code in-<n>} and {@code out-<n>} for so many cases.
     *
     * @param now where the clock of the built-in actions stands
     */
    TwinDatabases(Path folder, int cases, Instant now) {
        this.folder = folder;
        this.now = now;
        List<String> buckets = IntStream.range(0, cases)
                .boxed()
                .flatMap(i -> Stream.of("in-" + i, "out-" + i))
                .toList();
        builtIn = database("built-in", buckets);
        node = database("node", buckets);
        http.start();
        builtIn.start();
        node.start();
    }

    private LeanInflux database(String name, List<String> buckets) {
        return new LeanInflux(
                new LeanInfluxConfig("127.0.0.1", 0, folder.resolve(name), ORG, buckets, TOKEN, Duration.ofMillis(1)),
                http,
                metrics);
    }

    String nodeUrl() {
        return node.url();
    }

    /** Runs the action of {@code samples/actions} with its database bound. */
    ObjectNode runNode(String action, int number, Instant now, ObjectNode params) throws Exception {
        return actions.call(action, now, bound(node, number, params));
    }

    /** Runs it with nothing bound but what is given. */
    ObjectNode runUnbound(String action, Instant now, ObjectNode params) throws Exception {
        return actions.call(action, now, params);
    }

    /** Runs the built-in action with its database bound; its outbox is empty afterwards. */
    ObjectNode runBuiltIn(String action, int number, ObjectNode params) throws Exception {
        Aggregator aggregator = sites.computeIfAbsent(number / BUCKETS_OF_A_SITE, this::site);
        ActivationContext context = new ActivationContext(
                new ActivationId(String.format("%032x", number)),
                QualifiedName.of("whisk.system", "aggregator", action),
                "guest",
                AuthKey.GUEST,
                TimeUnit.MILLISECONDS.toNanos(now.toEpochMilli()),
                now.plusSeconds(60));
        ObjectNode result = aggregator.builtInPackage().actions().stream()
                .filter(known -> known.name().equals(action))
                .findFirst()
                .orElseThrow()
                .code()
                .run(JsonObject.of(bound(builtIn, number, params)), context)
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .copy();
        await().atMost(Duration.ofSeconds(30)).until(() -> aggregator.outboxDepth() == 0);
        return result;
    }

    private Aggregator site(int number) {
        Aggregator aggregator = new Aggregator(
                AggregatorConfig.defaults("dc-1", folder.resolve("site-" + number)),
                metrics,
                Clock.fixed(now, ZoneOffset.UTC));
        aggregator.start();
        return aggregator;
    }

    private static ObjectNode bound(LeanInflux database, int number, ObjectNode params) {
        ObjectNode all = params.deepCopy();
        for (String prefix : List.of("influx", "local", "central")) {
            all.put(prefix + "_url", database.url())
                    .put(prefix + "_token", TOKEN)
                    .put(prefix + "_org", ORG);
            all.put(prefix + "_bucket", (prefix.equals("central") ? "out-" : "in-") + number);
        }
        return all;
    }

    /** Stores readings in both; times in seconds. */
    void write(int number, String lines) throws Exception {
        for (LeanInflux each : List.of(builtIn, node)) {
            var answer = TestHttp.send(
                    "POST",
                    each.url() + "/api/v2/write?precision=s&org=" + ORG + "&bucket=in-" + number,
                    "Token " + TOKEN,
                    "text/plain",
                    lines);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        }
    }

    /** What the built-in action stored, a row for each value. */
    List<String> ofBuiltIn(String bucket) throws Exception {
        return rows(builtIn, bucket);
    }

    /** What the action of {@code samples/actions} stored. */
    List<String> ofNode(String bucket) throws Exception {
        return rows(node, bucket);
    }

    private static List<String> rows(LeanInflux database, String bucket) throws Exception {
        String csv = TestHttp.flux(
                database.url(),
                TOKEN,
                "from(bucket: \"" + bucket + "\") |> range(start: 1970-01-01T00:00:00Z, stop: 2261-01-01T00:00:00Z)"
                        + " |> drop(columns: [\"_start\", \"_stop\"])");
        assertThat(csv).doesNotContain("\"code\"");
        // Each series with its header, since the tags may differ.
        StringBuilder header = new StringBuilder();
        List<String> rows = new ArrayList<>();
        for (String line : csv.split("\r?\n", -1)) {
            if (line.startsWith("#datatype")) {
                header.setLength(0);
                header.append(line.replaceFirst("#datatype,string,long,", ""));
            } else if (line.startsWith(",result,table,")) {
                header.append(' ').append(line.replaceFirst(",result,table,", ""));
            } else if (line.startsWith(",")) {
                rows.add(header + " " + line.replaceFirst("^,[^,]*,[0-9]*,", ""));
            }
        }
        rows.sort(null);
        return rows;
    }

    @Override
    public void close() {
        actions.close();
        sites.values().forEach(Aggregator::close);
        builtIn.close();
        node.close();
        http.close();
    }
}
