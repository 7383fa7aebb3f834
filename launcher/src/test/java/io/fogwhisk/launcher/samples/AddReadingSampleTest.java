package io.fogwhisk.launcher.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.wsk.model.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
import org.junit.jupiter.params.provider.ValueSource;

/** {@code samples/actions/addReadingToDb.js}, beside the built-in action. */
class AddReadingSampleTest {

    private static final String ACTION = "addReadingToDb";
    private static final Instant NOW = Instant.parse("2026-03-01T10:30:00.123Z");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MARK = "<a quote in a text>";
    private static final String IDS = "\"datacenter_id\":1,\"device_fingerprint\":1234567";

    @TempDir
    private static Path folder;

    private static TwinDatabases databases;

    @BeforeAll
    static void start() {
        databases = new TwinDatabases(folder, cases().size() + 1, NOW);
    }

    @AfterAll
    static void stop() {
        databases.close();
    }

    /** Parameters as JSON; {@code IDS} stands for both ids, {@code 'text'} for a text whose quotes need no escape. */
    private static List<String> cases() {
        return List.of(
                "{'type':'message','body':`{'humidity':41,'temperature':22.5,'gas_perc':7,IDS}`}",
                "{'body':{'t':-0.0,'u':1e21,'v':1e-7,'w':5e-324,'x':1.7976931348623157e308,'y':true,'z':false,IDS}}",
                "{'temperature':20,'measurement':5,'window':'1h','type':'message',IDS}",
                // Names that have to be escaped, and such that cannot be
                "{'body':{'a b,c=d':1,'q\\'x':2,'é€😀':3,'datacenter_id':'rome dc 1','device_fingerprint':'a,b=c d'}}",
                "{'body':{'#x':1,'':2,'a\\n':3,'back\\\\':4,'ok':5,IDS}}",
                "{'body':{'t':1,'datacenter_id':'','device_fingerprint':1}}",
                "{'body':{'constructor':1,'toString':2,'hasOwnProperty':3,IDS}}",
                // What is no reading
                "{'type':'status','body':'connected'}",
                "{'body':{'t':'warm','u':null,'v':[1],'w':{'x':1},'ok':1,IDS}}",
                "{'body':{'t':'warm',IDS}}",
                "{'body':{IDS}}",
                "{'body':{'t':1,'datacenter_id':1}}",
                "{'body':{'t':1,'datacenter_id':1.5,'device_fingerprint':1}}",
                "{'body':{'t':1,'datacenter_id':null,'device_fingerprint':1}}",
                "{'body':7}",
                "{'body':null}",
                "{'body':[1]}",
                "{'body':'[1]'}",
                "{}",
                // Whole numbers that JavaScript would round
                "{'body':`{'t':1,'datacenter_id':1,'device_fingerprint':9007199254740993}`}",
                "{'body':`{'t':1,'datacenter_id':1,'device_fingerprint':99999999999999999999}`}",
                "{'body':`{'n':9223372036854775807,'m':9007199254740993.5,IDS}`,'fields':{'n':{'type':'integer'},'m':{}}}",
                "{'body':`{'t':1,'s':'12345678901234567890',IDS}`,'fields':{'s':{'type':'string'}}}",
                // Long numbers that are not whole
                "{'body':`{'t':0.30000000000000004,'u':7.1000000000000005,'v':-0.30000000000000004,'w':1e-17,IDS}`}",
                "{'body':`{'t':12345678901234567890,'u':1234567890123456.5,'v':1.2345678901234567e+20,IDS}`}",
                // Times
                "{'body':{'t':1,'timestamp':1700000000000,IDS}}",
                "{'body':{'t':1,'timestamp':1700000000,IDS}}",
                "{'body':{'t':1,'timestamp':'1700000000000',IDS}}",
                "{'body':{'t':1,'timestamp':null,IDS}}",
                "{'body':{'t':1,'at':1700000000,IDS},'timestampKey':'at','timestampUnit':'s'}",
                "{'body':{'t':1,'at':1700000000.125,IDS},'timestampKey':'at','timestampUnit':'s'}",
                "{'body':{'t':1,'timestamp':1700000000.5,IDS}}",
                "{'body':{'t':1,'timestamp':1700000000123456,IDS},'timestampUnit':'us'}",
                "{'body':`{'t':1,'timestamp':1700000000123456789,IDS}`,'timestampUnit':'ns'}",
                "{'body':{'t':1,'timestamp':'2026-03-01T10:00:00.123456789+01:00',IDS},'timestampUnit':'rfc3339'}",
                "{'body':{'t':1,'timestamp':'2026-02-28T23:30Z',IDS},'timestampUnit':'rfc3339'}",
                "{'body':{'t':1,'timestamp':'2026-02-30T00:00:00Z',IDS},'timestampUnit':'rfc3339'}",
                "{'body':{'t':1,'timestamp':'yesterday',IDS},'timestampUnit':'rfc3339'}",
                // Layout, tags and fields
                "{'body':{'t':21.5,'u':-0.25,IDS},'layout':'fields','measurement':'air quality'}",
                "{'body':{'t':1,'u':2,'v':3,IDS},'exclude':['u']}",
                "{'body':{'t':1,'room':'a,b=c','floor':2,IDS},'tags':{'room':'place','floor':'floor'},'exclude':['device_fingerprint']}",
                "{'body':{'t':1,IDS},'tags':['room']}",
                "{'body':{'t':1,'u':2,IDS},'fields':['u','v']}",
                "{'body':{'t':1,'u':2,IDS},'fields':{'t':'temperature'}}",
                "{'body':{'a':2.5,'b':3.5,'c':-2.5,'d':1,'e':true,IDS},'fields':{'a':{'type':'integer'},'b':{'type':'integer'},"
                        + "'c':{'type':'integer'},'d':{'type':'integer'},'e':{'type':'integer'}}}",
                "{'body':{'a':1e19,'b':'1',IDS},'fields':{'a':{'type':'integer'},'b':{'type':'integer'}}}",
                "{'body':{'a':0,'b':2,'c':false,'d':'x',IDS},'fields':{'a':{'type':'boolean'},'b':{'type':'boolean'},"
                        + "'c':{'type':'boolean'},'d':{'type':'boolean'}}}",
                "{'body':{'a':'say \\'hi\\' \\\\','b':22.5,'c':true,'d':null,'e':[1],IDS},'fields':{'a':{'type':'string'},"
                        + "'b':{'type':'string'},'c':{'type':'string'},'d':{'type':'string'},'e':{'type':'string'}}}",
                "{'body':{'t':212,'u':1,IDS},'units':{'t':{'scale':0.5555555555555556,'offset':-17.77777777777778},'u':{}}}",
                "{'body':{'a':{'b':{'c':1},'d':2},'toString':{'x':1},IDS},'flatten':'.'}",
                "{'body':{'a':{'b':1},'a.b':2,IDS},'flatten':'.'}",
                "{'body':{'a':" + "{'a':".repeat(16) + "1" + "}".repeat(17) + ",'flatten':'.'}",
                // Topics
                "{'topic':'dc/7/r/hall 2','body':{'t':1,'device_fingerprint':1},'topicTags':'_/datacenter_id/_/room'}",
                "{'topic':'a/b/c/d','body':{'t':1,IDS},'topicTags':'site/#'}",
                "{'topic':'a','body':{'t':1,IDS},'topicTags':'site/room'}",
                "{'topic':'a//b','body':{'t':1,IDS},'topicTags':'a/b/c'}",
                "{'body':{'t':1,IDS},'topicTags':'room'}",
                "{'topic':'air/1','body':{'t':1,'u':2,IDS},'topicTags':'measurement/_','layout':'fields'}",
                // Parameters that are wrong
                "{'body':{'t':1,IDS},'layout':'columns'}",
                "{'body':{'t':1,IDS},'layout':'fields'}",
                "{'body':{'t':1,IDS},'measurement':'air'}",
                "{'body':{'t':1,IDS},'measurement':null,'tags':null,'units':null}",
                "{'body':{'t':1,IDS},'timestampUnit':'minutes'}",
                "{'body':{'t':1,IDS},'timestampKey':7}",
                "{'body':{'t':1,IDS},'topicTags':['a']}",
                "{'body':{'t':1,IDS},'topicTags':'#/a'}",
                "{'body':{'t':1,IDS},'topicTags':'a/a'}",
                "{'body':{'t':1,IDS},'tags':'room'}",
                "{'body':{'t':1,IDS},'tags':[1]}",
                "{'body':{'t':1,IDS},'tags':{'a':'x','b':'x'}}",
                "{'body':{'t':1,IDS},'fields':{'t':{'type':'decimal'}}}",
                "{'body':{'t':1,IDS},'fields':{'t':7}}",
                "{'body':{'t':1,IDS},'units':['t']}",
                "{'body':{'t':1,IDS},'units':{'t':5}}",
                "{'body':{'t':1,IDS},'units':{'t':{'scale':'2'}}}",
                "{'type':'status','body':'connected','layout':'columns'}",
                // Batches
                "{'messages':[{'body':{'t':1,IDS}},{'body':{'t':2,IDS}},{'type':'status'},{'body':{'t':'x',IDS}},7,"
                        + "{'body':{'t':3,'u':'x',IDS}}]}",
                "{'messages':[]}",
                "{'messages':[{'type':'status'},{'type':'status'}]}",
                "{'messages':[{'body':7},{'body':8}]}",
                "{'messages':[{'body':7},{'type':'status'}]}",
                "{'messages':[{'body':{'t':1,IDS}}],'layout':'columns'}");
    }

    private static Stream<Arguments> numbered() {
        return IntStream.range(0, cases().size()).mapToObj(i -> Arguments.of(i, cases().get(i)));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("numbered")
    void storesAndAnswersLikeTheBuiltInAction(int number, String given) throws Exception {
        // Given
        ObjectNode params = params(given);
        // When
        ObjectNode builtIn = databases.runBuiltIn(ACTION, number, params);
        ObjectNode node = databases.runNode(ACTION, number, NOW, params);
        // Then
        assertThat(node).isEqualTo(JSON.readTree(builtIn.toString()));
        assertThat(databases.ofNode("in-" + number)).isEqualTo(databases.ofBuiltIn("in-" + number));
    }

    @Test
    void aBodyThatIsNoJsonIsAnErrorThatSaysSo() throws Exception {
        ObjectNode result = databases.runNode(ACTION, 0, NOW, params("{'body':'{humidity: 41'}"));

        assertThat(result.size()).isEqualTo(1);
        assertThat(result.path("error").asText()).startsWith("the body is not a reading: not JSON");
    }

    @Test
    void aPointThatTheDatabaseRefusesFailsAloneInItsBatch() throws Exception {
        // Given: t is a float there for ever
        int number = cases().size();
        databases.runNode(ACTION, number, NOW, params("{'body':{'t':1.5,IDS}}"));
        // When
        ObjectNode result = databases.runNode(
                ACTION,
                number,
                NOW.plusSeconds(1),
                params(
                        "{'fields':{'t':{'type':'integer'},'u':{}},'messages':[{'body':{'u':1,IDS}},{'body':{'t':2,IDS}},"
                                + "{'body':{'u':3,IDS}}]}"));
        // Then
        assertThat(result.path("points").asInt()).isEqualTo(2);
        assertThat(result.path("setAsideCount").asInt()).isEqualTo(1);
        assertThat(result.path("setAside").path(0).asText()).startsWith("the database refuses the reading: ");
        assertThat(databases.ofNode("in-" + number)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    influx_url    |                      | parameter influx_url is missing
                    influx_org    |                      | parameter influx_org is missing
                    influx_bucket |                      | parameter influx_bucket is missing
                    influx_url    | localhost:8086       | must have the form http://host:port
                    influx_url    | http://u:p@localhost | must have the form http://host:port
                    influx_token  | to ken               | the token for bucket in-0 of organization influxdata at
                    influx_token  | other                | refuses the token
                    influx_bucket | none                 | bucket none of organization influxdata at
                    """)
    void aWrongSettingIsNamedWithoutTheToken(String key, String value, String words) throws Exception {
        // Given
        ObjectNode params = bound(databases.nodeUrl()).put(key, value);
        // When
        ObjectNode result = databases.runUnbound(ACTION, NOW, params);
        // Then
        assertThat(result.path("error").asText())
                .contains(words)
                .doesNotContain("to ken", "other", TwinDatabases.TOKEN);
        assertThat(result.size()).isEqualTo(1);
    }

    @Test
    void aDatabaseThatIsAwayIsAnErrorWithItsNameAndWithoutItsToken() throws Exception {
        String url = "http://127.0.0.1:" + TestPorts.free();

        ObjectNode result = databases.runUnbound(ACTION, NOW, bound(url));

        assertThat(result.path("error").asText())
                .startsWith("bucket in-0 of organization influxdata at " + url + " is unreachable: ")
                .doesNotContain(TwinDatabases.TOKEN);
    }

    @Test
    void aDatabaseThatIsBusyIsTriedAgain() throws Exception {
        List<Integer> answered = new ArrayList<>();
        HttpServer server = answering(new ArrayDeque<>(List.of(503, 429, 204)), answered);
        try {
            ObjectNode result = databases.runUnbound(
                    ACTION, NOW, bound("http://127.0.0.1:" + server.getAddress().getPort()));

            assertThat(result.toString()).isEqualTo("{\"points\":1}");
            assertThat(answered).containsExactly(503, 429, 204);
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 302, 307})
    void onlyTheAnswerOfAnInfluxDbConfirms(int status) throws Exception {
        HttpServer server = answering(new ArrayDeque<>(List.of(status)), new ArrayList<>());
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();

            ObjectNode result = databases.runUnbound(ACTION, NOW, bound(url));

            assertThat(result.path("error").asText())
                    .endsWith(url + " answered " + status + ", which no InfluxDB does: is its URL right?");
            assertThat(result.size()).isEqualTo(1);
        } finally {
            server.stop(0);
        }
    }

    /** Answers in turn, then for ever with the last. */
    private static HttpServer answering(Deque<Integer> statuses, List<Integer> answered) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            int status = statuses.size() > 1 ? statuses.remove() : statuses.element();
            answered.add(status);
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static ObjectNode bound(String url) {
        return params("{'body':{'t':1,IDS}}")
                .put("influx_url", url)
                .put("influx_org", "influxdata")
                .put("influx_bucket", "in-0")
                .put("influx_token", TwinDatabases.TOKEN);
    }

    private static ObjectNode params(String given) {
        StringBuilder json = new StringBuilder();
        String[] parts = given.replace("IDS", IDS).split("`", -1);
        for (int i = 0; i < parts.length; i++) {
            // A quote that is part of a text is an escaped one
            String part = parts[i].replace("\\'", MARK).replace('\'', '"').replace(MARK, "\\\"");
            json.append(i % 2 == 0 ? part : JSON.getNodeFactory().textNode(part).toString());
        }
        return JsonObject.parse(json.toString()).copy();
    }
}
