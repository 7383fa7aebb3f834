package io.fogwhisk.bridge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.http.HttpRole;
import io.fogwhisk.bridge.BridgedSite;
import io.fogwhisk.bridge.InMemoryOpenWhisk;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WskProxyTest {

    private static final String GUEST = AuthKey.GUEST.basicHeader();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BridgedSite site = new BridgedSite(true);
    private final HttpHost http = new HttpHost();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> behind = new CopyOnWriteArrayList<>();
    private WskProxy proxy = new WskProxy(
            new WskProxyConfig("127.0.0.1", 0, Duration.ofSeconds(10), "http://127.0.0.1:1"),
            site.bridge(),
            Callers.knownTo(site.whisk),
            http);

    @BeforeEach
    void start() {
        http.start();
        HttpHost.Port whisk = http.open(new HttpRole("openwhisk", "127.0.0.1", 0, javalin -> {
            for (HandlerType method : List.of(HandlerType.GET, HandlerType.POST, HandlerType.PUT, HandlerType.DELETE)) {
                javalin.routes.addHttpHandler(method, "/*", ctx -> {
                    behind.add(ctx.method() + " " + ctx.req().getRequestURI() + "?" + ctx.queryString() + " "
                            + ctx.header("Authorization") + " " + ctx.body());
                    ctx.status(207)
                            .header("X-Behind", "yes")
                            .contentType("application/x-odd")
                            .result("answer");
                });
            }
        }));
        proxy = new WskProxy(
                new WskProxyConfig("127.0.0.1", 0, Duration.ofSeconds(10), "http://127.0.0.1:" + whisk.number() + "/"),
                site.bridge(),
                Callers.knownTo(site.whisk),
                http);
        proxy.start();
        site.whisk.addTrigger("/guest/reading");
        site.whisk.addAction("/guest/echo", params -> params);
        site.whisk.addAction("/guest/pkg/echo", params -> params.put("packaged", true));
        site.computer(Optional.empty());
        site.awaitLambda("trigger:/guest/reading");
        site.awaitLambda("/guest/pkg/echo");
    }

    @AfterEach
    void close() {
        proxy.close();
        http.close();
        site.close();
    }

    @Test
    void invokesAnActionAndReturnsItsResult() throws Exception {
        HttpResponse<String> answer = post("/_/actions/echo?blocking=true&result=true", "{\"say\":\"\\\"hi\\\"\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer)).isEqualTo(JSON.readTree("{\"say\":\"\\\"hi\\\"\"}"));
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("x-openwhisk-activation-id")).contains(InMemoryOpenWhisk.ID.hex());
        assertThat(answer.headers().firstValue("X-Request-ID").orElseThrow()).hasSize(32);
        assertThat(behind).isEmpty();
    }

    @Test
    void returnsTheRecordWithoutLogsWhenNotOnlyTheResultIsWanted() throws Exception {
        HttpResponse<String> answer = post("/guest/actions/pkg/echo?blocking=true", "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("activationId").asText()).isEqualTo(InMemoryOpenWhisk.ID.hex());
        assertThat(json(answer).path("response").path("result").path("packaged").asBoolean())
                .isTrue();
        assertThat(json(answer).path("logs")).isEmpty();
    }

    @Test
    void returnsTheActivationIdOfACallThatDoesNotBlock() throws Exception {
        HttpResponse<String> answer = post("/_/actions/echo", "");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"activationId\":\"" + InMemoryOpenWhisk.ID + "\"}");
        assertThat(answer.headers().firstValue("x-openwhisk-activation-id")).contains(InMemoryOpenWhisk.ID.hex());
    }

    @Test
    void answersAnErrorOfTheActionWith502() throws Exception {
        HttpResponse<String> answer = post("/_/actions/echo?blocking=true&result=true", "{\"error\":\"no\"}");

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).isEqualTo("{\"error\":\"no\"}");
    }

    @Test
    void firesATrigger() throws Exception {
        HttpResponse<String> answer = post("/_/triggers/reading", "{\"value\":1}");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"activationId\":\"" + InMemoryOpenWhisk.ID + "\"}");
    }

    @Test
    void answersATriggerWithoutARuleWithNothing() throws Exception {
        site.whisk.always = Optional.of(new Outcome.Accepted(Optional.empty()));

        HttpResponse<String> answer = post("/_/triggers/reading", "");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void answersRefusalsAndTroubleWithTheTransactionAsCode() throws Exception {
        site.whisk.always = Optional.of(new Outcome.Rejected(404, "The requested resource does not exist."));
        HttpResponse<String> refused = client.send(
                request("/_/triggers/reading")
                        .header("Authorization", GUEST)
                        .header("X-Request-ID", "mine")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> unknown = post("/_/actions/unknown", "");

        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(refused.body())
                .isEqualTo("{\"code\":\"mine\",\"error\":\"The requested resource does not exist.\"}");
        assertThat(refused.headers().firstValue("X-Request-ID")).contains("mine");
        assertThat(unknown.statusCode()).isEqualTo(503);
        assertThat(json(unknown).path("error").asText()).isEqualTo("No destinations found for the entry");
    }

    @Test
    void asksForAKeyAsOpenWhiskDoes() throws Exception {
        HttpResponse<String> none = client.send(
                request("/_/actions/echo")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> wrong = client.send(
                request("/_/actions/echo")
                        .header(
                                "Authorization",
                                AuthKey.parse("00000000-0000-0000-0000-000000000001:" + "x".repeat(64))
                                        .basicHeader())
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(json(none).path("error").asText())
                .isEqualTo("The resource requires authentication, which was not supplied with the request");
        assertThat(json(none).path("code").asText())
                .isEqualTo(none.headers().firstValue("X-Request-ID").orElseThrow());
        assertThat(none.headers().firstValue("WWW-Authenticate"))
                .contains("Basic realm=\"OpenWhisk secure realm\",charset=UTF-8");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(json(wrong).path("error").asText()).isEqualTo("The supplied authentication is invalid");
        assertThat(site.whisk.calls).isEmpty();
    }

    @Test
    void refusesBodiesAndNamesThatOpenWhiskRefuses() throws Exception {
        HttpResponse<String> notJson = post("/_/actions/echo", "{bad");
        HttpResponse<String> array = post("/_/actions/echo", "[1]");
        HttpResponse<String> name = post("/_/actions/a%7Cb", "{}");
        HttpResponse<String> text = client.send(
                request("/_/actions/echo")
                        .header("Authorization", GUEST)
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString("hi"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> large = post("/_/actions/echo", "{\"a\":\"" + "x".repeat(1_048_576) + "\"}");

        assertThat(notJson.statusCode()).isEqualTo(400);
        assertThat(json(notJson).path("error").asText()).startsWith("The request content was malformed:\n");
        assertThat(json(array).path("error").asText())
                .isEqualTo("The request content was malformed:\nJSON object expected");
        assertThat(name.statusCode()).isEqualTo(400);
        assertThat(json(name).path("error").asText()).isEqualTo("The name of the entity contains illegal characters.");
        assertThat(text.statusCode()).isEqualTo(415);
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(json(large).path("error").asText()).startsWith("Request larger than allowed: 1048584 > 1048576");
        assertThat(site.whisk.calls).isEmpty();
    }

    @Test
    void handsEverythingElseToTheOpenWhiskBehind() throws Exception {
        HttpResponse<String> put = client.send(
                request("/_/actions/a%20b?overwrite=true")
                        .header("Authorization", GUEST)
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"exec\":{}}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> get = client.send(
                request("/_/activations").header("Authorization", GUEST).build(), HttpResponse.BodyHandlers.ofString());
        post("/_/rules/r", "{\"status\":\"active\"}");
        post("/_/actions/echo?blocking=true&timeout=100", "{}");

        assertThat(List.of(put.statusCode(), get.statusCode())).containsOnly(207);
        assertThat(put.body()).isEqualTo("answer");
        assertThat(put.headers().firstValue("X-Behind")).contains("yes");
        assertThat(put.headers().firstValue("Content-Type")).contains("application/x-odd");
        assertThat(behind)
                .containsExactly(
                        "PUT /api/v1/namespaces/_/actions/a%20b?overwrite=true " + GUEST + " {\"exec\":{}}",
                        "GET /api/v1/namespaces/_/activations?null " + GUEST + " ",
                        "POST /api/v1/namespaces/_/rules/r?null " + GUEST + " {\"status\":\"active\"}",
                        "POST /api/v1/namespaces/_/actions/echo?blocking=true&timeout=100 " + GUEST + " {}");
        assertThat(site.whisk.calls).isEmpty();
    }

    @Test
    void saysWhoIsAwayWhenTheOpenWhiskBehindIs() throws Exception {
        // Given
        proxy.close();
        proxy = new WskProxy(
                new WskProxyConfig("127.0.0.1", 0, Duration.ofSeconds(10), "http://127.0.0.1:1"),
                site.bridge(),
                Callers.knownTo(site.whisk),
                http);
        proxy.start();

        // When
        HttpResponse<String> answer = client.send(
                request("/_/activations").header("Authorization", GUEST).build(), HttpResponse.BodyHandlers.ofString());

        // Then
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(json(answer).path("error").asText()).contains("http://127.0.0.1:1");
        assertThat(post("/_/triggers/reading", "{}").statusCode()).isEqualTo(202);
    }

    @Test
    void refusesAnAddressThatIsNone() {
        assertThatThrownBy(() -> new WskProxyConfig("127.0.0.1", 0, Duration.ofSeconds(1), "ftp://localhost"))
                .isInstanceOf(WskException.class)
                .hasMessageContaining("http://host:port");
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        HttpRequest.Builder request = request(path).header("Authorization", GUEST);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return client.send(
                request.POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + "/api/v1/namespaces" + path))
                .timeout(Duration.ofSeconds(20));
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return JSON.readTree(answer.body());
    }
}
