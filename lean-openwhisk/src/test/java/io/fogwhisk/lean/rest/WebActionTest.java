package io.fogwhisk.lean.rest;

import static io.fogwhisk.lean.TestSite.kv;
import static io.fogwhisk.lean.TestSite.utils;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.lean.LeanConfig;
import io.fogwhisk.lean.TestSite;
import io.fogwhisk.wsk.action.BuiltInPackage.BuiltInAction;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Actions as web pages: who may call them, what they get, and what becomes of what they say. */
class WebActionTest {

    private static final String WEB = "/api/v1/web/whisk.system/utils/";
    private static final String JSON = "application/json";

    @TempDir
    private static Path folder;

    private static TestSite site;

    @BeforeAll
    static void start() {
        LeanConfig defaults = TestSite.config(folder);
        LeanConfig config = new LeanConfig(
                "test",
                defaults.host(),
                0,
                folder,
                defaults.identities(),
                defaults.commitPace(),
                defaults.bounds(),
                Duration.ofSeconds(5),
                defaults.retention(),
                defaults.runtimes());
        site = new TestSite(
                config,
                utils(
                        echo("echo", kv("web-export", true)),
                        echo("raw", kv("web-export", true), kv("raw-http", true)),
                        echo("private"),
                        echo("hidden", kv("web-export", false)),
                        echo("members", kv("web-export", true), kv("require-whisk-auth", true)),
                        echo("secret", kv("web-export", true), kv("require-whisk-auth", 4_034_574_918_464_224L)),
                        echo("word", kv("web-export", true), kv("require-whisk-auth", "sesame")),
                        echo("own", kv("web-export", true), kv("web-custom-options", true)),
                        new BuiltInAction("broken", List.of(kv("web-export", true)), (params, context) -> {
                            throw new IllegalStateException("broken");
                        })));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void givesTheActionTheRequest() {
        // When
        JsonNode got = send("POST", "echo.json?x=1&y=2&y=3&z=%2B+%26", "{\"x\":{\"deep\":true}}", WebActionTest::json)
                .json();
        TestSite.Answer path = send("POST", "echo/a%20b//c/", "{\"body\":\"x\"}", WebActionTest::json);
        // Then
        assertThat(got.path("x").toString()).isEqualTo("{\"deep\":true}");
        assertThat(got.path("y").asText()).isEqualTo("3");
        assertThat(got.path("z").asText()).isEqualTo("+ &");
        assertThat(got.path("__ow_method").asText()).isEqualTo("post");
        assertThat(got.path("__ow_path").asText()).isEmpty();
        assertThat(site.send(
                                "GET",
                                "/api/v1/namespaces/whisk.system/activations/"
                                        + path.header("x-openwhisk-activation-id"),
                                "",
                                request -> request.header("Authorization", AuthKey.SYSTEM.basicHeader()))
                        .json()
                        .path("response")
                        .path("result")
                        .path("__ow_path")
                        .asText())
                .isEqualTo("/a%20b/c/");
        assertThat(got.has("__ow_user")).isFalse();
        assertThat(got.path("__ow_headers").path("content-type").asText()).isEqualTo(JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE", "POST", "PUT", "PATCH", "HEAD"})
    void takesEveryVerb(String verb) {
        // When
        TestSite.Answer answer = send(verb, "echo.json/__ow_method", "", UnaryOperator.identity());
        TestSite.Answer text = send(verb, "echo.text/__ow_method", "", UnaryOperator.identity());
        // Then
        assertThat(answer.status()).isEqualTo(400);
        assertThat(text.status()).isEqualTo(200);
        assertThat(text.body()).isEqualTo(verb.equals("HEAD") ? "" : verb.toLowerCase(Locale.ROOT));
        assertThat(text.header("x-openwhisk-activation-id")).hasSize(32);
        assertThat(text.header("X-Request-ID")).hasSize(32);
    }

    @Test
    void handsABodyOnAsItsTypeSays() {
        // When and then
        assertThat(body("echo", "[1,2]", JSON).path("__ow_body").toString()).isEqualTo("[1,2]");
        assertThat(body("echo", "plain", "text/plain").path("__ow_body").asText())
                .isEqualTo("plain");
        assertThat(body("echo", "bytes", "application/octet-stream")
                        .path("__ow_body")
                        .asText())
                .isEqualTo(base64("bytes"));
        assertThat(body("echo", "a=1&b=%2Fx+y", "application/x-www-form-urlencoded")
                        .path("b")
                        .asText())
                .isEqualTo("/x y");
        assertThat(body("raw", "{\"a\":1}", JSON).path("__ow_body").asText()).isEqualTo(base64("{\"a\":1}"));
        assertThat(body("raw", "a=1", "application/x-www-form-urlencoded")
                        .path("__ow_body")
                        .asText())
                .isEqualTo("a=1");
        JsonNode raw = send("GET", "raw.json?q=%20&__ow_body=x", "", UnaryOperator.identity())
                .json();
        assertThat(raw.path("__ow_query").asText()).isEqualTo("q=%20&__ow_body=x");
        assertThat(raw.path("__ow_body").asText("-")).isEmpty();
        assertThat(raw.has("q")).isFalse();
    }

    @Test
    void refusesWhatARequestMayNotSet() {
        // When
        List<TestSite.Answer> answers = List.of(
                send("GET", "echo.json?__ow_path=x", "", UnaryOperator.identity()),
                send("POST", "echo.json", "{\"__ow_user\":\"guest\"}", WebActionTest::json));
        TestSite.Answer malformed = send("POST", "echo.json", "{bad", WebActionTest::json);
        TestSite.Answer tooLong = send("POST", "echo.json", "\"" + "x".repeat(1 << 20) + "\"", WebActionTest::json);
        // Then
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error())
                    .isEqualTo("Request defines parameters that are not allowed (e.g., reserved properties).");
        });
        assertThat(malformed.status()).isEqualTo(400);
        assertThat(malformed.error()).startsWith("The request content was malformed:\n");
        assertThat(tooLong.status()).isEqualTo(413);
        assertThat(tooLong.error()).isEqualTo("Request larger than allowed: 1048578 > 1048576 bytes.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "whisk.system/utils/private",
                "whisk.system/utils/hidden.json",
                "whisk.system/utils/nope",
                "whisk.system/nope/echo",
                "nobody/utils/echo",
                "guest/default/echo",
                "_/utils/echo"
            })
    void doesNotTellWhatIsPrivateFromWhatDoesNotExist(String path) {
        // When
        TestSite.Answer answer = site.send("GET", "/api/v1/web/" + path, "", UnaryOperator.identity());
        // Then
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body())
                .isEqualTo("{\n  \"code\": \"" + answer.header("X-Request-ID")
                        + "\",\n  \"error\": \"The requested resource does not exist.\"\n}");
    }

    @Test
    void saysThatThereIsNoApiGateway() {
        // When
        TestSite.Answer answer = site.send(
                "GET", "/api/v1/web/whisk.system/apimgmt/getApi.http?spaceguid=x", "", UnaryOperator.identity());
        // Then
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.error()).isEqualTo("The API gateway is not part of this OpenWhisk.");
        assertThat(answer.json().has("code")).isTrue();
    }

    @Test
    void letsOnlyThoseInWhoTheActionWants() {
        UnaryOperator<HttpRequest.Builder> guest =
                request -> request.header("Authorization", AuthKey.GUEST.basicHeader());
        // When and then
        assertThat(send("GET", "members.json", "", UnaryOperator.identity()).status())
                .isEqualTo(401);
        assertThat(send("GET", "members.json", "", request -> request.header("Authorization", "Basic eDp5"))
                        .status())
                .isEqualTo(401);
        JsonNode got = send("GET", "members.json", "", guest).json();
        assertThat(got.path("__ow_user").asText()).isEqualTo("guest");
        assertThat(got.path("__ow_headers").has("authorization")).isFalse();
        assertThat(send("GET", "secret.json", "", guest).status()).isEqualTo(401);
        assertThat(send("GET", "secret.json", "", request -> request.header("X-Require-Whisk-Auth", "4034574918464224"))
                        .status())
                .isEqualTo(200);
        assertThat(send("GET", "word.json", "", request -> request.header("X-Require-Whisk-Auth", "sesam"))
                        .status())
                .isEqualTo(401);
        assertThat(send("GET", "word.json", "", request -> request.header("X-Require-Whisk-Auth", "sesame"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void answersPagesOfOtherOriginsUnlessTheActionDoes() {
        // When
        TestSite.Answer preflight =
                send("OPTIONS", "echo", "", request -> request.header("Access-Control-Request-Headers", "X-Mine"));
        TestSite.Answer own = send("OPTIONS", "own.text/__ow_method", "", UnaryOperator.identity());
        // Then
        assertThat(preflight.status()).isEqualTo(200);
        assertThat(preflight.body()).isEmpty();
        assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(preflight.header("Access-Control-Allow-Methods"))
                .isEqualTo("OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH");
        assertThat(preflight.header("Access-Control-Allow-Headers")).isEqualTo("X-Mine");
        assertThat(own.body()).isEqualTo("options");
        assertThat(own.header("Access-Control-Allow-Origin")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"body\":\"hi\"} | 200 | text/html | hi",
                "{\"body\":{\"a\":[1,2]}} | 200 | application/json | {\"a\":[1,2]}",
                "{\"body\":\"\"} | 204 | '' | ''",
                "{\"statusCode\":201} | 201 | '' | ''",
                "{\"statusCode\":\"418\",\"body\":\"tea\"} | 418 | text/html | tea",
                "{\"statusCode\":302,\"headers\":{\"Location\":\"/x\"}} | 302 | '' | ''",
                "{\"headers\":{\"content-type\":\"image/png\"},\"body\":\"aGk=\"} | 200 | image/png | hi",
                "{\"headers\":{\"Content-Type\":\"text/csv\"},\"body\":\"a,b\"} | 200 | text/csv | a,b",
                "{\"headers\":{\"Content-Type\":\"application/json\"},\"body\":\"{}\"} | 200 | application/json | {}"
            })
    void answersWhatTheActionSays(String said, int status, String type, String body) {
        // When
        TestSite.Answer answer = send("POST", "echo", said, WebActionTest::json);
        // Then
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith(type);
        assertThat(answer.body().replaceAll("\\s", "")).isEqualTo(body);
        assertThat(answer.header("x-openwhisk-activation-id")).hasSize(32);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"statusCode\":99} | Response is not valid 'message/http'.",
                "{\"statusCode\":200.5} | Response is not valid 'message/http'.",
                "{\"statusCode\":\"x\"} | Response is not valid 'message/http'.",
                "{\"headers\":1} | Response is not valid 'message/http'.",
                "{\"headers\":{\"a b\":\"x\"}} | Response is not valid 'message/http'.",
                "{\"headers\":{\"a\":\"x\\r\\nSet-Cookie: b\"}} | Response is not valid 'message/http'.",
                "{\"headers\":{\"content-type\":\"image/png\"},\"body\":\"<>\"} | Response type in header did not match"
                        + " generated content type.",
                "{\"headers\":{\"content-type\":\"text/html\"},\"body\":{\"a\":1}} | Response type in header did not"
                        + " match generated content type.",
                "{\"headers\":{\"content-type\":\"x\"},\"body\":\"a\"} | Response did not specify a known content-type.",
                "{\"error\":\"no\"} | Response is not valid 'message/http'."
            })
    void refusesWhatIsNoAnswer(String said, String error) {
        // When
        TestSite.Answer answer = send("POST", "echo", said, WebActionTest::json);
        // Then
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).isEqualTo(error);
        assertThat(answer.header("a")).isEmpty();
    }

    @Test
    void repeatsHeadersAndLetsTheActionReplaceThoseOfTheServer() {
        // When
        TestSite.Answer answer = send(
                "POST",
                "echo",
                "{\"headers\":{\"Set-Cookie\":[\"a=1\",\"b=2\"],\"N\":1,\"Access-Control-Allow-Origin\":\"me\","
                        + "\"Content-Length\":\"3\"},\"body\":\"hello\"}",
                WebActionTest::json);
        // Then
        assertThat(answer.response().headers().allValues("Set-Cookie")).containsExactly("a=1", "b=2");
        assertThat(answer.response().headers().allValues("Access-Control-Allow-Origin"))
                .containsExactly("me");
        assertThat(answer.header("N")).isEqualTo("1");
        assertThat(answer.body()).isEqualTo("hello");
    }

    @Test
    void makesAnErrorOfTheActionAnAnswer() {
        // When
        TestSite.Answer said =
                send("POST", "echo", "{\"error\":{\"statusCode\":403,\"body\":\"no entry\"}}", WebActionTest::json);
        TestSite.Answer broken = send("GET", "broken", "", UnaryOperator.identity());
        // Then
        assertThat(said.status()).isEqualTo(403);
        assertThat(said.body()).isEqualTo("no entry");
        assertThat(broken.status()).isEqualTo(400);
        assertThat(broken.error()).isEqualTo("There was an error processing your request.");
    }

    @Test
    void projectsTheResultForTheOtherExtensions() {
        // When
        TestSite.Answer html = send("POST", "echo.html", "{\"html\":\"<b>\"}", WebActionTest::json);
        TestSite.Answer svg = send("POST", "echo.svg", "{\"svg\":\"<svg/>\"}", WebActionTest::json);
        TestSite.Answer text = send("POST", "echo.text", "{\"text\":{\"a\":1}}", WebActionTest::json);
        TestSite.Answer part = send("POST", "echo.json/a/b", "{\"a\":{\"b\":[1]}}", WebActionTest::json);
        TestSite.Answer missing = send("POST", "echo.html", "{}", WebActionTest::json);
        TestSite.Answer number = send("POST", "echo.html", "{\"html\":1}", WebActionTest::json);
        // Then
        assertThat(html.body()).isEqualTo("<b>");
        assertThat(html.header("Content-Type")).isEqualToIgnoringCase("text/html;charset=utf-8");
        assertThat(svg.header("Content-Type")).startsWith("image/svg+xml");
        assertThat(text.body()).isEqualTo("{\n  \"a\": 1\n}");
        assertThat(part.body()).isEqualTo("[1]");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.error()).isEqualTo("Response does not include requested property.");
        assertThat(number.error()).isEqualTo("Response is not valid 'text/html'.");
    }

    @Test
    void runsInTheNamespaceOfItsOwnerAlsoThroughABinding() {
        // Given
        site.send(
                "PUT",
                "/api/v1/namespaces/_/packages/mine",
                "{\"binding\":{\"namespace\":\"whisk.system\",\"name\":\"utils\"},"
                        + "\"parameters\":[{\"key\":\"from\",\"value\":\"binding\"}]}");
        site.send(
                "PUT",
                "/api/v1/namespaces/_/actions/seq",
                "{\"exec\":{\"kind\":\"sequence\",\"components\":[\"/whisk.system/utils/echo\"]},"
                        + "\"annotations\":[{\"key\":\"web-export\",\"value\":true}]}");
        // When
        TestSite.Answer bound = site.send("GET", "/api/v1/web/guest/mine/echo.text/from", "", UnaryOperator.identity());
        TestSite.Answer sequence =
                site.send("GET", "/api/v1/web/guest/default/seq.text/__ow_method", "", UnaryOperator.identity());
        // Then
        assertThat(bound.body()).isEqualTo("binding");
        assertThat(sequence.body()).isEqualTo("get");
        assertThat(site.send("GET", "/api/v1/namespaces/_/activations/" + sequence.header("x-openwhisk-activation-id"))
                        .json()
                        .path("namespace")
                        .asText())
                .isEqualTo("guest");
    }

    private static BuiltInAction echo(String name, KeyValue... annotations) {
        return new BuiltInAction(
                name,
                List.of(annotations),
                (params, context) -> CompletableFuture.completedFuture(JsonObject.of(params.tree())));
    }

    private static HttpRequest.Builder json(HttpRequest.Builder request) {
        return request.setHeader("Content-Type", JSON);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode body(String action, String body, String type) {
        return send("POST", action + ".json", body, request -> request.setHeader("Content-Type", type))
                .json();
    }

    private static TestSite.Answer send(
            String method, String path, String body, UnaryOperator<HttpRequest.Builder> headers) {
        return site.send(method, WEB + path, body, headers);
    }
}
