package io.fogwhisk.lean.rest;

import static io.fogwhisk.lean.TestSite.echo;
import static io.fogwhisk.lean.TestSite.utils;
import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.lean.TestSite;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every request: paths, bodies, headers. */
class RestApiTest {

    private static final String NS = "/api/v1/namespaces/_";

    @TempDir
    Path folder;

    private TestSite site;

    @BeforeEach
    void start() {
        site = new TestSite(folder, utils(echo()));
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void understandsNamesAndPathsAsClientsWriteThem() throws Exception {
        // Given
        site.send("PUT", NS + "/triggers/my%20trigger", "{}");
        // When and then
        assertThat(site.send("GET", NS + "/triggers/my%20trigger")
                        .json()
                        .path("name")
                        .asText())
                .isEqualTo("my trigger");
        assertThat(raw("GET //api/v1/namespaces HTTP/1.1")).contains(" 200 ").contains("[\"guest\"]");
        assertThat(raw("GET " + NS + "/actions/../../whisk.system/actions/utils/echo HTTP/1.1"))
                .contains("\"namespace\":\"whisk.system/utils\"");
        assertThat(raw("GET " + NS + "/triggers/../../whisk.system/triggers HTTP/1.1"))
                .contains(" 403 ");
    }

    @Test
    void refusesABodyThatIsTooLongOrOfAnotherType() {
        // When
        TestSite.Answer tooLong =
                site.send("POST", "/api/v1/namespaces/whisk.system/actions/utils/echo", "x".repeat(51 << 20));
        TestSite.Answer payload = site.send(
                "POST",
                "/api/v1/namespaces/whisk.system/actions/utils/echo",
                "{\"a\":\"" + "x".repeat(1 << 20) + "\"}");
        TestSite.Answer text = site.send(
                "PUT",
                NS + "/triggers/t",
                "{}",
                request -> request.setHeader("Content-Type", "text/plain")
                        .header("Authorization", AuthKey.GUEST.basicHeader()));
        // Then
        assertThat(tooLong.status()).isEqualTo(413);
        assertThat(tooLong.json().has("code")).isTrue();
        assertThat(payload.status()).isEqualTo(413);
        assertThat(payload.error()).isEqualTo("Request larger than allowed: 1048584 > 1048576 bytes.");
        assertThat(text.status()).isEqualTo(415);
    }

    @Test
    void saysWhatItIsWithoutAKey() {
        // When
        TestSite.Answer info = site.send("GET", "/", "", request -> request);
        TestSite.Answer version = site.send("GET", "/api/v1/", "", request -> request);
        TestSite.Answer options = site.send("OPTIONS", NS + "/actions/x", "", request -> request);
        TestSite.Answer web = site.send("GET", "/api/v1/web/guest/default/x.http");
        // Then
        assertThat(info.header("Content-Type")).isEqualTo("application/json");
        assertThat(info.json().path("runtimes").isObject()).isTrue();
        assertThat(version.json().has("build")).isTrue();
        assertThat(options.status()).isEqualTo(200);
        assertThat(options.header("Access-Control-Allow-Methods")).isEqualTo("GET, DELETE, POST, PUT, HEAD");
        assertThat(web.status()).isEqualTo(404);
        assertThat(web.json().has("code")).isTrue();
        assertThat(site.send("GET", NS + "/limits").json().has("firesPerMinute"))
                .isTrue();
    }

    @Test
    void slowsDownWhoGoesOnWithAWrongKeyAndNobodyElse() {
        // Given
        AuthKey wrong = new AuthKey(AuthKey.GUEST.uuid(), "x".repeat(64));
        for (int i = 0; i < 20; i++) {
            assertThat(limitsWith(wrong.basicHeader()).status()).isEqualTo(401);
        }
        // When
        TestSite.Answer refused = limitsWith(wrong.basicHeader());
        TestSite.Answer unreadable = limitsWith("Basic ???");
        TestSite.Answer withoutKey = site.send("GET", NS + "/limits", "", request -> request);
        TestSite.Answer valid = limitsWith(AuthKey.GUEST.basicHeader());
        // Then
        assertThat(refused.status()).isEqualTo(429);
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
        assertThat(refused.error())
                .startsWith("Too many failed log-ins")
                .endsWith("in " + refused.header("Retry-After") + " s.");
        assertThat(refused.json().has("code")).isTrue();
        assertThat(unreadable.status()).isEqualTo(429);
        assertThat(withoutKey.status()).isEqualTo(401);
        assertThat(valid.status()).isEqualTo(200);
    }

    private TestSite.Answer limitsWith(String authorization) {
        return site.send("GET", NS + "/limits", "", request -> request.header("Authorization", authorization));
    }

    @Test
    void takesTheTransactionIdOfTheCaller() {
        // When
        TestSite.Answer answer = site.send(
                "GET",
                NS + "/foo",
                "",
                request -> request.header("X-Request-ID", "mine").header("Authorization", AuthKey.GUEST.basicHeader()));
        // Then
        assertThat(answer.header("X-Request-ID")).isEqualTo("mine");
        assertThat(answer.json().path("code").asText()).isEqualTo("mine");
    }

    /** Sends a request line as it is, which the JDK's client would tidy. */
    private String raw(String requestLine) throws IOException {
        URI uri = URI.create(site.whisk.apiHost());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write((requestLine + "\r\nHost: x\r\nConnection: close\r\nAuthorization: " + AuthKey.GUEST.basicHeader()
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
