package io.fogwhisk.lean.couch;

import static io.fogwhisk.lean.couch.ServedCatalogue.encoded;
import static io.fogwhisk.lean.couch.ServedCatalogue.pkg;
import static io.fogwhisk.lean.couch.ServedCatalogue.trigger;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.wsk.model.WhiskAction;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CouchServerTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private ServedCatalogue centre;
    private ServedCatalogue.Site rome;

    @BeforeEach
    void start() {
        centre = new ServedCatalogue(folder);
        rome = centre.site("rome");
    }

    @AfterEach
    void stop() {
        centre.close();
    }

    @Test
    void saysWhatItIsAndWhichDatabasesThereAre() {
        assertThat(rome.json("/").path("couchdb").asText()).isEqualTo("Welcome");
        assertThat(rome.json("/").path("uuid").asText()).hasSize(32);
        assertThat(rome.json("/_all_dbs")).extracting(JsonNode::asText).containsExactlyInAnyOrder("whisks", "subjects");
        JsonNode info = rome.json("/whisks/");
        assertThat(info.path("db_name").asText()).isEqualTo("whisks");
        assertThat(info.path("doc_count").asInt()).isZero();
        assertThat(info.path("instance_start_time").asText()).isNotEqualTo("0");
        assertThat(rome.get("/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void anEntityIsADocumentInOpenWhisksLayout() {
        centre.put(pkg("/guest/tools"), trigger("/guest/morning", 1.5));
        centre.action("/guest/tools/hello", "function main() {}", false);
        awaitDocuments(3);

        JsonNode action = rome.json("/whisks/" + encoded("guest/tools/hello"));
        assertThat(action.path("_id").asText()).isEqualTo("guest/tools/hello");
        assertThat(action.path("_rev").asText()).startsWith("1-");
        assertThat(action.path("entityType").asText()).isEqualTo("action");
        assertThat(action.path("namespace").asText()).isEqualTo("guest/tools");
        assertThat(action.path("exec").path("code").asText()).isEqualTo("function main() {}");
        assertThat(rome.json("/whisks/" + encoded("guest/morning"))
                        .path("parameters")
                        .path(0)
                        .path("value")
                        .asDouble())
                .isEqualTo(1.5);
        assertThat(rome.json("/whisks/" + encoded("guest/tools"))
                        .path("entityType")
                        .asText())
                .isEqualTo("package");
    }

    @ParameterizedTest
    @CsvSource({"true, application/octet-stream", "false, text/plain"})
    void longCodeIsAnAttachment(boolean binary, String type) {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        String code = Base64.getEncoder().encodeToString(bytes);
        WhiskAction action = centre.action("/guest/big", code, binary);
        awaitDocuments(1);

        JsonNode document = rome.json("/whisks/" + encoded("guest/big"));
        JsonNode stated = document.path("exec").path("code");
        String name = stated.path("attachmentName").asText().substring("couch:".length());
        assertThat(stated.path("attachmentType").asText()).isEqualTo(type);
        assertThat(document.path("_attachments").path(name).path("stub").asBoolean())
                .isTrue();
        HttpResponse<byte[]> attachment = rome.get("/whisks/" + encoded("guest/big") + "/" + name);
        assertThat(attachment.headers().firstValue("Content-Type")).hasValue(type);
        assertThat(attachment.body()).isEqualTo(binary ? bytes : code.getBytes(StandardCharsets.UTF_8));
        assertThat(attachment.body()).hasSize(stated.path("length").asInt());

        centre.delete(action);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rome.get("/whisks/" + encoded("guest/big") + "/" + name)
                                .statusCode())
                        .isEqualTo(404));
    }

    @Test
    void changesComeInTheirOrderEachDocumentWithItsLastOnly() {
        centre.put(trigger("/guest/a", 1));
        awaitDocuments(1);
        String afterA = rome.lastSeq("whisks");
        centre.put(trigger("/guest/b", 1));
        awaitDocuments(2);
        centre.put(trigger("/guest/a", 2));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rome.changed("whisks", "0")).containsExactly("guest/b", "guest/a"));
        centre.delete(trigger("/guest/b", 1));
        awaitDocuments(1);

        assertThat(rome.changed("whisks", "0")).containsExactly("guest/a", "-guest/b");
        assertThat(rome.changed("whisks", afterA)).containsExactly("guest/a", "-guest/b");
        assertThat(rome.changed("whisks", "now")).isEmpty();
        assertThat(rome.json("/whisks/" + encoded("guest/a")).path("_rev").asText())
                .startsWith("2-");
        JsonNode gone = rome.json("/whisks/" + encoded("guest/b"));
        assertThat(gone.path("error").asText()).isEqualTo("not_found");
        assertThat(gone.path("reason").asText()).isEqualTo("deleted");
    }

    @Test
    void aPageSaysWhatIsLeftAndTheNextGoesOnFromThere() {
        for (int i = 0; i < 5; i++) {
            centre.put(trigger("/guest/t" + i, i));
        }
        awaitDocuments(5);

        JsonNode page = rome.json("/whisks/_changes?limit=3&include_docs=true");
        assertThat(page.path("results")).hasSize(3);
        assertThat(page.path("pending").asInt()).isEqualTo(2);
        assertThat(page.path("results").path(0).path("doc").path("entityType").asText())
                .isEqualTo("trigger");
        JsonNode rest =
                rome.json("/whisks/_changes?since=" + page.path("last_seq").asText());
        assertThat(rest.path("results")).hasSize(2);
        assertThat(rest.path("pending").asInt()).isZero();
        assertThat(rome.json("/whisks/_changes?descending=true&limit=1")
                        .path("results")
                        .path(0)
                        .path("seq"))
                .isEqualTo(rest.path("last_seq"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-00000000", "999999-EPOCH", "5", "nonsense", "\"1-abcdefab\"", "-3-EPOCH"})
    void aNumberOfAnotherLogOrBeyondTheLastIsTheBeginning(String since) {
        centre.put(trigger("/guest/a", 1));
        awaitDocuments(1);
        String epoch = rome.lastSeq("whisks").replaceFirst(".*-", "");

        assertThat(rome.changed("whisks", encoded(since.replace("EPOCH", epoch))))
                .containsExactly("guest/a");
    }

    @Test
    void aWaitingClientIsToldOfTheNextChangeAtOnce() throws Exception {
        String now = rome.lastSeq("whisks");
        CompletableFuture<HttpResponse<byte[]>> waiting = centre.client()
                .sendAsync(
                        rome.to("/whisks/_changes?feed=longpoll&include_docs=true&heartbeat=20&since=" + now)
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        centre.put(trigger("/guest/a", 1));

        JsonNode told = ServedCatalogue.read(waiting.get(10, TimeUnit.SECONDS));
        assertThat(told.path("results")).hasSize(1);
        assertThat(told.path("results").path(0).path("doc").path("name").asText())
                .isEqualTo("a");
        assertThat(told.path("last_seq").asText()).isEqualTo(rome.lastSeq("whisks"));
    }

    @Test
    void aWaitWithoutAChangeEndsWhenTheClientSaid() {
        JsonNode nothing = rome.json("/whisks/_changes?feed=longpoll&timeout=100&since=now");

        assertThat(nothing.path("results")).isEmpty();
        assertThat(nothing.path("last_seq").asText()).isEqualTo(rome.lastSeq("whisks"));
    }

    @Test
    void aContinuousFeedTellsOneChangeALineAndBeatsInBetween() throws Exception {
        centre.put(trigger("/guest/a", 1));
        HttpResponse<Stream<String>> response = centre.client()
                .send(
                        rome.to("/whisks/_changes?feed=continuous&heartbeat=20").build(),
                        HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = response.body()) {
            Iterator<String> each = lines.iterator();
            assertThat(nextChange(each)).contains("guest/a");
            assertThat(each.next()).isEmpty();
            centre.put(trigger("/guest/b", 1));
            assertThat(nextChange(each)).contains("guest/b");
        }
    }

    @Test
    void aWaitEndsWhenTheTokenIsRevoked() throws Exception {
        CompletableFuture<HttpResponse<byte[]>> waiting = centre.client()
                .sendAsync(
                        rome.to("/whisks/_changes?feed=longpoll&heartbeat=60000&since=now")
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        ServedCatalogue.Site paris = centre.site("paris");
        assertThat(paris.get("/").statusCode()).isEqualTo(200);

        centre.tokens.revoke("rome");

        byte[] cut = waiting.get(10, TimeUnit.SECONDS).body();
        assertThat(new String(cut, StandardCharsets.UTF_8)).doesNotContain("last_seq");
        assertThat(rome.get("/whisks").statusCode()).isEqualTo(401);
        assertThat(paris.get("/whisks").statusCode()).isEqualTo(200);
    }

    @Test
    void whoHasNoTokenIsToldSoInCouchDbsWords() {
        List<HttpRequest> strangers = List.of(
                centre.request("/whisks").build(),
                centre.request("/").header("Authorization", "Bearer fwt_wrong").build(),
                centre.request("/").header("Authorization", "Basic !!!").build(),
                centre.request("/")
                        .header(
                                "Authorization",
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString(
                                                        ("paris:" + rome.token).getBytes(StandardCharsets.UTF_8)))
                        .build());
        for (HttpRequest stranger : strangers) {
            HttpResponse<byte[]> refused = centre.send(stranger);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate")).isPresent();
            assertThat(ServedCatalogue.read(refused).path("error").asText()).isEqualTo("unauthorized");
        }
        assertThat(centre.send(centre.request("/whisks")
                                .header("Authorization", "Bearer " + rome.token)
                                .build())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void guessersAreSlowedDownAndTheSiteIsNot() {
        for (int i = 0; i < 20; i++) {
            assertThat(guess()).isEqualTo(401);
        }

        assertThat(guess()).isEqualTo(429);
        assertThat(rome.get("/whisks").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /whisks, 403",
        "DELETE, /whisks, 403",
        "PUT, /whisks/guest%2Fa, 403",
        "DELETE, /whisks/guest%2Fa, 403",
        "POST, /whisks, 403",
        "POST, /whisks/_bulk_docs, 403",
        "PUT, /other, 404",
        "PUT, /whisks/_changes, 405",
        "POST, /whisks/_local/x, 405",
        "GET, /whisks/guest%zz, 400",
        "GET, /whisks/_changes?feed=sometimes, 400",
        "GET, /whisks/_changes?limit=-1, 400",
        "GET, /whisks/_changes?filter=mine, 400",
        "GET, /whisks/_all_docs?startkey=%7B, 400",
        "POST, /whisks/_bulk_get, 400",
        "GET, /whisks/guest/a, 404",
        "FOO, /whisks, 405"
    })
    void whatIsNotServedIsRefusedInCouchDbsForm(String method, String path, int status) throws Exception {
        HttpResponse<byte[]> refused;
        if (path.contains("%zz")) {
            // The client's own classes don't let it through.
            refused = centre.send(rome.to("/whisks/guest%25zz").build());
            assertThat(refused.statusCode()).isIn(400, 404);
        } else {
            refused = centre.send(rome.to(path)
                    .method(method, HttpRequest.BodyPublishers.ofString("{}"))
                    .build());
            assertThat(refused.statusCode()).isEqualTo(status);
        }
        assertThat(ServedCatalogue.read(refused).path("error").asText()).isNotEmpty();
        assertThat(ServedCatalogue.read(refused).path("reason").asText()).isNotEmpty();
    }

    @Test
    void documentsAreListedByIdOrByKey() {
        centre.put(trigger("/guest/a", 1), trigger("/guest/b", 2), trigger("/guest/c", 3));
        awaitDocuments(3);
        String rev = rome.json("/whisks/" + encoded("guest/a")).path("_rev").asText();

        JsonNode all = rome.json("/whisks/_all_docs?include_docs=true&startkey=%22guest%2Fb%22");
        assertThat(all.path("total_rows").asInt()).isEqualTo(3);
        assertThat(all.path("rows"))
                .extracting(row -> row.path("doc").path("name").asText())
                .containsExactly("b", "c");
        JsonNode keyed = rome.post("/whisks/_all_docs", "{\"keys\":[\"guest/a\",\"guest/x\"]}");
        assertThat(keyed.path("rows").path(0).path("value").path("rev").asText())
                .isEqualTo(rev);
        assertThat(keyed.path("rows").path(1).path("error").asText()).isEqualTo("not_found");
        JsonNode some = rome.post(
                "/whisks/_bulk_get?revs=true",
                "{\"docs\":[{\"id\":\"guest/a\",\"rev\":\"" + rev + "\"},{\"id\":\"guest/a\",\"rev\":\"1-x\"}]}");
        assertThat(some.path("results")
                        .path(0)
                        .path("docs")
                        .path(0)
                        .path("ok")
                        .path("_revisions")
                        .path("start")
                        .asInt())
                .isEqualTo(1);
        assertThat(some.path("results")
                        .path(1)
                        .path("docs")
                        .path(0)
                        .path("error")
                        .path("error")
                        .asText())
                .isEqualTo("not_found");
        assertThat(rome.json("/whisks/" + encoded("guest/a") + "?open_revs=" + encoded("[\"" + rev + "\",\"9-x\"]")))
                .hasSize(2);
        assertThat(rome.post("/whisks/_changes?filter=_doc_ids", "{\"doc_ids\":[\"guest/b\"]}")
                        .path("results"))
                .hasSize(1);
    }

    @Test
    void manyWaitingClientsHoldNoThreads() {
        List<CompletableFuture<HttpResponse<byte[]>>> waiting = Stream.generate(() -> centre.client()
                        .sendAsync(
                                rome.to("/whisks/_changes?feed=longpoll&since=now")
                                        .build(),
                                HttpResponse.BodyHandlers.ofByteArray()))
                .limit(200)
                .toList();
        assertThat(rome.get("/whisks").statusCode()).isEqualTo(200);

        // Those that were not yet there when it came must not miss it for ever: each gets one of its own.
        await().atMost(LIMIT).until(() -> {
            centre.put(trigger("/guest/a", System.nanoTime()));
            return waiting.stream().allMatch(CompletableFuture::isDone);
        });
        assertThat(waiting)
                .allSatisfy(each -> assertThat(ServedCatalogue.read(each.join()).path("results"))
                        .isNotEmpty());
    }

    @Test
    void clientsThatTakeNothingHoldUpNobody() throws Exception {
        byte[] code = new byte[3 << 20];
        new Random(1).nextBytes(code);
        centre.action("/guest/big", Base64.getEncoder().encodeToString(code), true);
        awaitDocuments(1);
        String request =
                "GET /whisks/_changes?include_docs=true&attachments=true HTTP/1.1\r\nHost: a\r\nAuthorization: "
                        + rome.basic() + "\r\n\r\n";
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(4_096);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), centre.server.port()));
                silent.add(socket);
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                // The answer has begun.
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }

            assertThat(rome.changed("whisks", "0")).containsExactly("guest/big");
            JsonNode inline = rome.json("/whisks/" + encoded("guest/big") + "?attachments=true");
            assertThat(inline.path("_attachments")
                            .elements()
                            .next()
                            .path("data")
                            .binaryValue())
                    .isEqualTo(code);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private int guess() {
        return centre.send(centre.request("/")
                        .header("Authorization", "Bearer fwt_guess")
                        .build())
                .statusCode();
    }

    private void awaitDocuments(int count) {
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(rome.json("/whisks").path("doc_count").asInt())
                                .isEqualTo(count));
    }

    private static String nextChange(Iterator<String> lines) {
        String line = lines.next();
        while (line.isEmpty()) {
            line = lines.next();
        }
        return line;
    }
}
