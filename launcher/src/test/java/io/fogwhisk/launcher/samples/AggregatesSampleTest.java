package io.fogwhisk.launcher.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.wsk.model.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code samples/actions/aggregatesAction.js}, beside the built-in action. */
class AggregatesSampleTest {

    private static final String ACTION = "aggregatesAction";
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Clocks go forward in Rome on the second day, and in New York three weeks earlier. */
    private static final Instant FIRST = Instant.parse("2026-03-28T00:00:00Z");

    private static final Instant NOW = Instant.parse("2026-03-31T09:10:11Z");
    private static final int OTHERS = 5;

    @TempDir
    private static Path folder;

    private static TwinDatabases databases;
    private static String series = "";

    @BeforeAll
    static void start() {
        databases = new TwinDatabases(folder, cases().size() + OTHERS, NOW);
        series = series();
    }

    @AfterAll
    static void stop() {
        databases.close();
    }

    private static List<String> cases() {
        return List.of(
                "{}",
                "{'window':'1h','lateness':'1d'}",
                "{'window':'30m','lateness':'0s'}",
                "{'window':'7m','lateness':'3h','functions':'count,sum'}",
                "{'window':'1d','lateness':'2d','timezone':'Europe/Rome','functions':'mean,count'}",
                "{'window':'1h','lateness':'3d','timezone':'Europe/Rome','functions':'avg,count'}",
                "{'window':'6h','lateness':'3d','timezone':'Europe/Rome','offset':'90m'}",
                "{'window':'2h','lateness':'3d','timezone':'Australia/Lord_Howe','functions':'sum'}",
                "{'window':'1d','lateness':'3d','timezone':'Asia/Kathmandu','functions':'min'}",
                "{'window':'1d','lateness':'3d','timezone':'+05:30','functions':'min'}",
                "{'window':'1w','timezone':'Europe/Rome','functions':'max','from':'2026-03-16','to':'2026-03-30'}",
                "{'window':'1mo','timezone':'Europe/Rome','functions':'count','from':'2026-01-01','to':'2026-03-31'}",
                "{'window':'1y','functions':'count','from':'2024-01-01','to':'2026-12-31'}",
                "{'window':'100h','timezone':'Europe/Rome','functions':'count','from':'2026-03-01','to':'2026-03-30'}",
                "{'window':'2400h','timezone':'Europe/Rome','functions':'count','from':'2025-08-01','to':'2026-03-30'}",
                "{'window':'1d','timezone':'Africa/Casablanca','functions':'count','from':'2026-02-10','to':'2026-03-30'}",
                "{'window':'1d','from':'2026-03-28T11:00:00Z','to':'2026-03-29T01:00:00+01:00'}",
                "{'window':'5m','functions':'count','from':'2026-03-25','to':'2026-03-30'}",
                "{'functions':'stddev,spread,first,last,p50,p99.9,p100,rate'}",
                "{'window':'3h','lateness':'1d','functions':['rate','p5','stddev']}",
                "{'groupBy':'datacenter_id,room'}",
                "{'groupBy':['device'],'measurements':'humidity','prefix':'site 1 '}",
                "{'measurements':['humidity','gas perc,%=']}",
                "{'measurements':'/^h.*y$/','fields':'value,raw','functions':'avg'}",
                "{'measurements':'/a\\\\/b|gas/','functions':'avg'}",
                "{'measurements':'nothing'}",
                // As many windows as a run does, and one more
                "{'window':'1m','functions':'sum','from':'2026-03-28','to':'2026-03-28T16:40:00Z'}",
                "{'window':'1m','functions':'sum','from':'2026-03-28','to':'2026-03-28T16:40:01Z'}",
                "{'layout':'reference','timezone':'Europe/Rome','lateness':'3d'}",
                "{'layout':'reference','groupBy':'datacenter_id,room','window':'1h'}");
    }

    private static List<String> mistakes() {
        return List.of(
                "{'window':'1'}",
                "{'window':'0h'}",
                "{'window':'9999d'}",
                "{'window':5}",
                "{'window':'1m','lateness':'1d'}",
                "{'offset':'1d'}",
                "{'timezone':'Rome'}",
                "{'layout':'wide'}",
                "{'functions':'mode'}",
                "{'functions':'toString'}",
                "{'functions':[]}",
                "{'groupBy':'_time'}",
                "{'groupBy':'window'}",
                "{'groupBy':'day','layout':'reference'}",
                "{'measurements':'a,,b'}",
                "{'from':'2026-03-28'}",
                "{'from':'2026-03-29','to':'2026-03-28'}",
                "{'from':'soon','to':'2026-03-28'}",
                "{'from':'2026-02-30','to':'2026-03-28'}",
                "{'from':'March 1, 2026','to':'2026-03-28'}",
                "{'from':'2026-03-27T10:00:00','to':'2026-03-28'}");
    }

    private static Stream<Arguments> numberedCases() {
        return IntStream.range(0, cases().size()).mapToObj(i -> Arguments.of(i, cases().get(i)));
    }

    private static Stream<String> mistakesOfUsers() {
        return mistakes().stream();
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("numberedCases")
    void shipsAndAnswersLikeTheBuiltInAction(int number, String given) throws Exception {
        // Given
        ObjectNode params = params(given);
        databases.write(number, series);
        // When
        ObjectNode builtIn = databases.runBuiltIn(ACTION, number, params);
        ObjectNode node = databases.runNode(ACTION, number, NOW, params);
        // Then: how much waits in an outbox is a matter of the moment
        assertThat(node.has("error")).as(node.toString()).isFalse();
        assertThat(node.put("waiting", 0))
                .isEqualTo(((ObjectNode) JSON.readTree(builtIn.toString())).put("waiting", 0));
        assertThat(databases.ofNode("out-" + number)).isEqualTo(databases.ofBuiltIn("out-" + number));
    }

    @ParameterizedTest
    @MethodSource("mistakesOfUsers")
    void aMistakeIsNamedAsByTheBuiltInAction(String given) throws Exception {
        ObjectNode builtIn = databases.runBuiltIn(ACTION, cases().size() + 3, params(given));
        ObjectNode node = databases.runNode(ACTION, cases().size() + 3, NOW, params(given));

        assertThat(node.path("error").asText()).isNotEmpty();
        assertThat(node).isEqualTo(JSON.readTree(builtIn.toString()));
    }

    @Test
    void theDayOnWhichClocksGoForwardHasTwentyThreeHours() throws Exception {
        // Given: a reading at each end of 29 March in Rome, and one right before and after
        int number = cases().size();
        databases.write(
                number,
                lines("t,datacenter_id=1", "2026-03-28T22:59:59Z", "1")
                        + lines("t,datacenter_id=1", "2026-03-28T23:00:00Z", "2")
                        + lines("t,datacenter_id=1", "2026-03-29T21:59:59Z", "4")
                        + lines("t,datacenter_id=1", "2026-03-29T22:00:00Z", "8"));
        // When
        ObjectNode result = databases.runNode(
                ACTION,
                number,
                NOW,
                params(
                        "{'window':'1d','timezone':'Europe/Rome','functions':'sum,median','from':'2026-03-29','to':'2026-03-30'}"));
        // Then
        assertThat(result.toString()).isEqualTo("{\"windows\":1,\"points\":1,\"unchanged\":0,\"waiting\":0}");
        assertThat(databases.ofNode("out-" + number)).hasSize(2).allMatch(row -> row.contains("2026-03-28T23:00:00Z"));
        assertThat(databases.ofNode("out-" + number).toString())
                .contains(",6,sum,")
                .contains(",3,median,");
    }

    @Test
    void aReadingThatComesLateReplacesThePointOfItsWindowWithinTheLateness() throws Exception {
        // Given
        int number = cases().size() + 1;
        ObjectNode params = params("{'window':'1h','lateness':'2h','functions':'sum'}");
        databases.write(number, lines("t,datacenter_id=1", "2026-03-31T07:30:00Z", "1"));
        databases.runNode(ACTION, number, NOW, params);
        // When
        databases.write(
                number,
                lines("t,datacenter_id=1", "2026-03-31T07:40:00Z", "2")
                        + lines("t,datacenter_id=1", "2026-03-31T03:00:00Z", "4"));
        databases.runNode(ACTION, number, NOW.plusSeconds(60), params);
        // Then: what came later than that is left to from and to
        assertThat(databases.ofNode("out-" + number))
                .hasSize(1)
                .first()
                .asString()
                .contains("2026-03-31T07:00:00Z,3,sum,");
    }

    @Test
    void aCentreThatIsAwayOrRefusesIsAnErrorThatNamesItWithoutItsToken() throws Exception {
        // Given
        int number = cases().size() + 2;
        databases.write(number, lines("t,datacenter_id=1", "2026-03-30T07:30:00Z", "1"));
        String url = "http://127.0.0.1:" + TestPorts.free();
        // When
        ObjectNode away = databases.runUnbound(ACTION, NOW, bound(number).put("central_url", url));
        ObjectNode refused = databases.runUnbound(ACTION, NOW, bound(number).put("central_token", "other-secret"));
        // Then
        assertThat(away.path("error").asText())
                .startsWith("bucket out-" + number + " of organization influxdata at " + url + " is unreachable: ");
        assertThat(refused.path("error").asText()).contains("out-" + number, "refuses the token");
        assertThat(away + " " + refused).doesNotContain(TwinDatabases.TOKEN, "other-secret");
    }

    @Test
    void readingsThatAreTextsOrBooleansDoNotStopTheAggregatesOfNumbers() throws Exception {
        // Given: stored by the actions themselves, at nine o'clock
        int number = cases().size() + 4;
        ObjectNode reading = params("{'body':{'t':5,'s':'warm','b':true,'timestamp':1774947600000,'datacenter_id':1,"
                + "'device_fingerprint':2},'fields':{'t':{},'s':{'type':'string'},'b':{'type':'boolean'}}}");
        databases.runBuiltIn("addReadingToDb", number, reading);
        databases.runNode("addReadingToDb", number, NOW, reading);
        ObjectNode params = params(
                "{'window':'1m','functions':'avg','from':'2026-03-31T09:00:00Z'," + "'to':'2026-03-31T09:01:00Z'}");
        // When
        ObjectNode builtIn = databases.runBuiltIn(ACTION, number, params);
        ObjectNode node = databases.runNode(ACTION, number, NOW, params);
        // Then
        assertThat(builtIn.path("points").asInt()).as(builtIn.toString()).isEqualTo(1);
        assertThat(node.path("points").asInt()).as(node.toString()).isEqualTo(1);
        assertThat(databases.ofNode("in-" + number)).hasSize(3).isEqualTo(databases.ofBuiltIn("in-" + number));
    }

    @Test
    void aCentreThatConfirmsAsNoInfluxDbDoesIsAnError() throws Exception {
        // Given: something that answers everything with a page
        int number = cases().size() + 3;
        databases.write(number, lines("t,datacenter_id=1", "2026-03-30T07:30:00Z", "1"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        // When
        ObjectNode result = databases.runUnbound(ACTION, NOW, bound(number).put("central_url", url));
        server.stop(0);
        // Then
        assertThat(result.path("error").asText()).contains(url + " answered 200, which no InfluxDB does");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    local_url      |             | parameter local_url is missing
                    central_bucket |             | parameter central_bucket is missing
                    local_url      | influxdb    | must have the form http://host:port
                    local_token    | to\u00e9ken | must consist of printable ASCII
                    local_token    | wrong-one   | cannot query bucket in-
                    local_bucket   | none        | cannot query bucket none
                    """)
    void aWrongSettingIsNamedWithoutTheToken(String key, String value, String words) throws Exception {
        ObjectNode result =
                databases.runUnbound(ACTION, NOW, bound(cases().size() + 3).put(key, value));

        assertThat(result.path("error").asText())
                .contains(words)
                .doesNotContain("\u00e9ken", "wrong-one", TwinDatabases.TOKEN);
    }

    private static ObjectNode bound(int number) {
        ObjectNode params = params("{}");
        for (String prefix : List.of("local", "central")) {
            params.put(prefix + "_url", databases.nodeUrl())
                    .put(prefix + "_token", TwinDatabases.TOKEN)
                    .put(prefix + "_org", "influxdata")
                    .put(prefix + "_bucket", (prefix.equals("local") ? "in-" : "out-") + number);
        }
        return params;
    }

    /** Two data centres, one of them with two devices, with gaps, readings at the edges of windows, and a counter. */
    private static String series() {
        Random random = new Random(7);
        StringBuilder lines = new StringBuilder();
        for (String tags : List.of(
                "humidity,datacenter_id=1,device=a,room=hall\\ 1",
                "humidity,datacenter_id=1,device=b,room=attic",
                "humidity,datacenter_id=rome\\ dc\\,2,device=c",
                "gas\\ perc\\,%\\=,datacenter_id=1,device=a",
                "a/b,datacenter_id=1,device=a")) {
            long second = FIRST.getEpochSecond();
            double counter = 0;
            while (second < NOW.getEpochSecond() + 3_600) {
                counter = random.nextInt(40) == 0 ? 0 : counter + random.nextInt(100) / 8.0;
                lines.append(tags)
                        .append(" value=")
                        .append(counter)
                        .append(",raw=1 ")
                        .append(second)
                        .append('\n');
                int step = random.nextInt(10);
                second += step == 0 ? 20_000 : step < 4 ? 1_800 - second % 1_800 : 60 + random.nextInt(3_600);
            }
        }
        lines.append("humidity,device=z value=1000 ")
                .append(FIRST.getEpochSecond() + 7)
                .append('\n');
        return lines.toString();
    }

    private static String lines(String seriesKey, String time, String value) {
        return seriesKey + " value=" + value + " " + Instant.parse(time).getEpochSecond() + "\n";
    }

    private static ObjectNode params(String given) {
        return JsonObject.parse(given.replace('\'', '"')).copy();
    }
}
