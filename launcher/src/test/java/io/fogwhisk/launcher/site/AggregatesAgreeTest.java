package io.fogwhisk.launcher.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.launcher.ExternalTool;
import io.fogwhisk.launcher.Fogwhisk;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.TestSites;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The built-in actions, those of samples/actions in Node.js, and the plain computation of the same come to the same. */
class AggregatesAgreeTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpHost HTTP = new HttpHost();

    @TempDir
    private static Path folder;

    private static Site site = site(Path.of(""));
    private static int cases;

    @BeforeAll
    static void start() {
        HTTP.start();
        site = site(folder.resolve("dc-1"));
        site.start();
    }

    @AfterAll
    static void stop() {
        site.close();
        HTTP.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                                                     | {"body":"{\\"humidity\\":41,\\"temperature\\":22.5,IDS}"}
                    {}                                                     | {"body":{"a b":1,"on":true,"bad":"x",IDS}}
                    {}                                                     | {"body":"no JSON"}
                    {}                                                     | {"type":"status","body":"connected"}
                    {"layout":"fields","measurement":"air"}                | {"body":{"t":21.5,"u":-0.25,IDS}}
                    {"fields":{"n":{"type":"integer","name":"count"}}}     | {"body":{"n":12,IDS}}
                    {"fields":{"s":{"type":"string"}}}                     | {"body":{"s":"say \\"hi\\"",IDS}}
                    {"units":{"t":{"scale":0.5,"offset":-16}}}             | {"body":{"t":212,IDS}}
                    {"flatten":"."}                                        | {"body":{"a":{"b":{"c":1},"d":2},IDS}}
                    {"topicTags":"_/room"}                                 | {"topic":"dc/hall 2","body":{"t":1,IDS}}
                    {"topicTags":"_/room"}                                 | {"topic":"dc","body":{"t":1,IDS}}
                    {"tags":["room"],"fields":["t"]}                       | {"body":{"t":1,"room":"a,b=c",IDS}}
                    {"tags":["room"]}                                      | {"body":{"t":1,IDS}}
                    {}                                                     | {"messages":[{"body":{"t":1,IDS}},{"body":"bad"},{"type":"status"}]}
                    {"layout":"columns"}                                   | {"body":{"t":1,IDS}}
                    """)
    void bothFormsStoreAReadingAlike(String rules, String message) throws Exception {
        // Given
        int number = cases++;
        long time = 1_700_000_000_000L + number;
        String ids = "\"datacenter_id\":1,\"device_fingerprint\":2,\"timestamp\":" + time;
        boolean text = message.startsWith("{\"body\":\"{");
        ObjectNode params = (ObjectNode) JSON.readTree(message.replace("IDS", text ? ids.replace("\"", "\\\"") : ids));
        params.setAll((ObjectNode) JSON.readTree(rules));

        // When
        JsonNode builtIn = invoke("addReadingToDb", influx(params.deepCopy(), "measure"));
        JsonNode node = node("addReadingToDb", influx(params.deepCopy(), "aggregates"));

        // Then: the words about JSON that is none are those of a library
        if (message.contains("no JSON") || message.contains("\"bad\"}")) {
            assertThat(node.path("error").asText().isEmpty())
                    .isEqualTo(builtIn.path("error").asText().isEmpty());
        } else {
            assertThat(node).isEqualTo(builtIn);
        }
        assertThat(stored("aggregates", time)).isEqualTo(stored("measure", time));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    1h  | UTC         | 0s  | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z | avg,min,max,median,count
                    7m  | UTC         | 0s  | 2026-03-01T00:00:00Z | 2026-03-01T06:00:00Z | avg,min,max,median,count
                    1d  | UTC         | 0s  | 2026-02-01T00:00:00Z | 2026-02-11T00:00:00Z | mean,count
                    1mo | Europe/Rome | 0s  | 2026-02-28T23:00:00Z | 2026-03-31T22:00:00Z | min,max,median
                    1d  | Europe/Rome | 0s  | 2026-03-28T23:00:00Z | 2026-03-29T22:00:00Z | avg,count
                    1d  | Europe/Rome | 0s  | 2026-03-26T23:00:00Z | 2026-03-31T22:00:00Z | median,p90,first,last,rate
                    1d  | Europe/Rome | 0s  | 2025-10-23T22:00:00Z | 2025-10-27T23:00:00Z | sum,spread,stddev
                    1h  | Europe/Rome | 0s  | 2026-03-29T00:00:00Z | 2026-03-29T06:00:00Z | p90,stddev,first,last
                    1w  | Europe/Rome | 0s  | 2026-03-08T23:00:00Z | 2026-04-05T22:00:00Z | p99.9,median,rate
                    7m  | UTC         | 0s  | 2026-03-01T00:00:00Z | 2026-03-01T06:00:00Z | p90,stddev,first,last,rate
                    """)
    void bothFormsComputeWhatThePlainComputationDoes(
            String window, String zone, String offset, Instant from, Instant to, String functions) throws Exception {
        // Given: two data centres with gaps, and values that came twice; counters are never negative
        int number = cases++;
        Map<String, Map<Instant, Double>> series =
                series(new Random(number), from, to, functions.contains("rate") ? 0 : -100);
        write("m" + number, series);
        ObjectNode params = JSON.createObjectNode();
        params.put("window", window)
                .put("timezone", zone)
                .put("functions", functions)
                .put("offset", offset);
        params.put("from", from.toString()).put("to", to.toString()).put("measurements", "m" + number);

        // When
        JsonNode builtIn =
                invoke("aggregatesAction", databases(params.deepCopy()).put("prefix", "java_"));
        JsonNode node = node("aggregatesAction", databases(params.deepCopy()).put("prefix", "node_"));

        // Then
        assertThat(builtIn.path("error").asText()).isEmpty();
        assertThat(node.path("error").asText()).isEmpty();
        assertThat(node.path("windows")).isEqualTo(builtIn.path("windows"));
        assertThat(node.path("points")).isEqualTo(builtIn.path("points"));
        Map<String, Double> expected =
                naive(inRange(series, window, ZoneId.of(zone), from, to), window, ZoneId.of(zone), functions);
        await().atMost(LIMIT).untilAsserted(() -> near(aggregates("java_m" + number), expected));
        near(aggregates("node_m" + number), expected);
    }

    @Test
    void theCommandComputesAgainWhatAJobOfTheSiteHasDone() throws Exception {
        // Given
        int number = cases++;
        Instant day = Instant.parse("2026-01-10T00:00:00Z");
        write("m" + number, Map.of("1", new TreeMap<>(Map.of(day.plusSeconds(60), 5.0))));
        Path yaml = Files.writeString(
                folder.resolve("site.yaml"),
                TestSites.yaml(site.config().data(), site.config().ports()) + "\nsample: {window: 1h}\n");
        StringWriter out = new StringWriter();
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(out, true));

        // When
        int code = line.execute(
                "aggregates",
                "backfill",
                "--config",
                yaml.toString(),
                "--from",
                "2026-01-10",
                "--to",
                "2026-01-10T00:00:10Z");

        // Then: the sample's windows have a second, and each that has a reading has its point
        assertThat(out.toString()).contains("10 windows computed");
        assertThat(code).isZero();
        assertThat(line.execute(
                        "aggregates", "backfill", "--config", yaml.toString(), "--from", "soon", "--to", "2026-01-11"))
                .isEqualTo(1);
        assertThat(out.toString()).contains("from must be a day such as").doesNotContain("\tat ");
    }

    @Test
    void theOutboxIsListed() {
        StringWriter out = new StringWriter();
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out, true));

        int code = line.execute("outbox", "--dashboard", site.addresses().dashboardUrl());

        assertThat(code).isZero();
        assertThat(out.toString()).contains("database").contains("readings set aside");
    }

    private static Map<String, Map<Instant, Double>> series(Random random, Instant from, Instant to, int least) {
        long length = ChronoUnit.SECONDS.between(from, to);
        Map<String, Map<Instant, Double>> series = new TreeMap<>();
        for (String datacenter : List.of("1", "rome dc")) {
            Map<Instant, Double> values = new TreeMap<>();
            Instant time = from.minusSeconds(length / 10);
            while (time.isBefore(to.plusSeconds(length / 10))) {
                values.put(time, random.nextInt(5_000) / 8.0 + least);
                boolean gap = random.nextInt(20) == 0;
                time = time.plusSeconds(1 + random.nextLong(gap ? length / 8 : length / 200 + 1));
            }
            series.put(datacenter, values);
        }
        return series;
    }

    /** What the windows of a range hold, by series, field and start, computed from the values themselves. */
    private static Map<String, Double> naive(
            Map<String, Map<Instant, Double>> series, String window, ZoneId zone, String functions) {
        Map<String, SortedMap<Instant, Double>> windows = new TreeMap<>();
        Map<String, Double> expected = new TreeMap<>();
        series.forEach((datacenter, values) -> values.forEach((time, value) -> windows.computeIfAbsent(
                        datacenter + " " + NaiveWindows.start(time, window, zone), any -> new TreeMap<>())
                .put(time, value)));
        windows.forEach((key, values) -> {
            for (String function : functions.split(",", -1)) {
                double statistic = NaiveWindows.statistic(function, values);
                if (Double.isFinite(statistic)) {
                    expected.put(key + " " + function, statistic);
                }
            }
        });
        return expected;
    }

    private static Map<String, Map<Instant, Double>> inRange(
            Map<String, Map<Instant, Double>> series, String window, ZoneId zone, Instant from, Instant to) {
        Instant first = NaiveWindows.start(from, window, zone);
        Instant last = NaiveWindows.start(to.minusNanos(1), window, zone);
        Map<String, Map<Instant, Double>> within = new TreeMap<>();
        series.forEach((datacenter, values) -> values.forEach((time, value) -> {
            Instant start = NaiveWindows.start(time, window, zone);
            if (!start.isBefore(first) && !start.isAfter(last)) {
                within.computeIfAbsent(datacenter, any -> new TreeMap<>()).put(time, value);
            }
        }));
        return within;
    }

    private static void near(Map<String, Double> found, Map<String, Double> expected) {
        assertThat(found).containsOnlyKeys(expected.keySet());
        found.forEach((key, value) ->
                assertThat(value).as(key).isCloseTo(expected.getOrDefault(key, Double.NaN), within(1e-9)));
    }

    private static void write(String measurement, Map<String, Map<Instant, Double>> series) throws Exception {
        StringBuilder lines = new StringBuilder();
        series.forEach((datacenter, values) -> values.forEach((time, value) -> {
            for (int twice = 0; twice < 2; twice++) {
                lines.append(measurement)
                        .append(",datacenter_id=")
                        .append(datacenter.replace(" ", "\\ "))
                        .append(",device=a value=")
                        .append(value)
                        .append(' ')
                        .append(time.getEpochSecond())
                        .append('\n');
            }
        }));
        var answer = TestHttp.send(
                "POST",
                site.addresses().localUrl() + "/api/v2/write?org=influxdata&bucket=measure&precision=s",
                "Token " + site.addresses().localToken(),
                "text/plain",
                lines.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    }

    private static Map<String, Double> aggregates(String measurement) throws Exception {
        Map<String, Double> found = new TreeMap<>();
        String csv = flux("from(bucket: \"aggregates\") |> range(start: 2020-01-01T00:00:00Z) |> filter(fn: (r) =>"
                + " r._measurement == \"" + measurement
                + "\") |> keep(columns: [\"_time\", \"_field\", \"datacenter_id\","
                + " \"_value\"])");
        List<String> header = List.of();
        for (String line : csv.split("\r?\n", -1)) {
            List<String> cells = List.of(line.split(",", -1));
            if (line.startsWith(",result")) {
                header = cells;
            } else if (cells.size() > 1 && !line.startsWith("#")) {
                String key = cells.get(header.indexOf("datacenter_id")) + " "
                        + Instant.parse(cells.get(header.indexOf("_time"))) + " " + cells.get(header.indexOf("_field"));
                found.put(key, Double.valueOf(cells.get(header.indexOf("_value"))));
            }
        }
        return found;
    }

    private static List<String> stored(String bucket, long millis) throws Exception {
        Instant time = Instant.ofEpochMilli(millis);
        return flux("from(bucket: \"" + bucket + "\") |> range(start: " + time + ", stop: " + time.plusMillis(1) + ")")
                .lines()
                .filter(line -> line.startsWith(","))
                .map(line -> line.replaceFirst("^,[^,]*,[^,]*,", ""))
                .sorted()
                .toList();
    }

    private static String flux(String query) throws Exception {
        String csv = TestHttp.flux(site.addresses().localUrl(), site.addresses().localToken(), query);
        assertThat(csv).doesNotContain("\"code\"");
        return csv;
    }

    private static JsonNode invoke(String action, ObjectNode params) throws Exception {
        var answer = TestHttp.send(
                "POST",
                site.addresses().apiHost() + "/api/v1/namespaces/whisk.system/actions/aggregator/" + action
                        + "?blocking=true&result=true",
                AuthKey.GUEST.basicHeader(),
                "application/json",
                params.toString());
        return JSON.readTree(answer.body());
    }

    private static JsonNode node(String action, ObjectNode params) throws Exception {
        Path file = ExternalTool.projectRoot().resolve("samples/actions/" + action + ".js");
        String script = "require(process.argv[1]).main(JSON.parse(process.argv[2]))"
                + ".then(result => console.log(JSON.stringify(result)))";
        return JSON.readTree(
                ExternalTool.run(List.of("node", "-e", script, file.toString(), params.toString()), "Node.js 20"));
    }

    private static ObjectNode influx(ObjectNode params, String bucket) {
        return params.put("influx_url", site.addresses().localUrl())
                .put("influx_token", site.addresses().localToken())
                .put("influx_org", "influxdata")
                .put("influx_bucket", bucket);
    }

    private static ObjectNode databases(ObjectNode params) {
        for (String prefix : List.of("local", "central")) {
            params.put(prefix + "_url", site.addresses().localUrl())
                    .put(prefix + "_token", site.addresses().localToken())
                    .put(prefix + "_org", "influxdata")
                    .put(prefix + "_bucket", prefix.equals("local") ? "measure" : "aggregates");
        }
        return params;
    }

    private static Site site(Path data) {
        return new Site(TestSites.config(data, TestPorts.site()), HTTP, Clock.systemUTC());
    }
}
