package io.fogwhisk.lean.rest;

import static io.fogwhisk.lean.TestSite.echo;
import static io.fogwhisk.lean.TestSite.utils;
import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.lean.GivenRuntimes;
import io.fogwhisk.lean.TestSite;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with a request, its answer says what in OpenWhisk's form, and nothing else happens. */
class BadInputTest {

    private static final String NS = "/api/v1/namespaces/_";
    private static final String CODE = "{\"exec\":{\"kind\":\"nodejs:20\",\"code\":\"x\"}}";
    private static final String MALFORMED = "The request content was malformed:\n";

    @TempDir
    private static Path folder;

    private static TestSite site;

    @BeforeAll
    static void start() {
        site = new TestSite(TestSite.config(folder), GivenRuntimes.answering(request -> "{}"), utils(echo()));
        put("/actions/a", CODE);
        put(
                "/actions/final",
                "{\"exec\":{\"kind\":\"nodejs:20\",\"code\":\"x\"},\"parameters\":[{\"key\":\"p\",\"value\":1}],"
                        + "\"annotations\":[{\"key\":\"final\",\"value\":true}]}");
        put("/actions/s1", sequence("/_/a"));
        put("/actions/s2", sequence("/_/s1"));
        put("/packages/p", "{}");
        put("/packages/b", "{\"binding\":{\"namespace\":\"_\",\"name\":\"p\"}}");
        put("/actions/p/inner", CODE);
        put("/triggers/t", "{}");
        put("/rules/r", "{\"trigger\":\"/_/t\",\"action\":\"/_/a\"}");
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    static Stream<Arguments> puts() {
        return Stream.of(
                bad("/actions/x", "{\"exec\":null}", 400, "exec undefined"),
                bad("/actions/x", "{\"exec\":1}", 400, MALFORMED + "Object expected in field 'exec'"),
                bad("/actions/x", "{\"exec\":{}}", 400, MALFORMED + "'kind' must be a string defined in 'exec'"),
                bad("/actions/x", exec("\"kind\":1"), 400, MALFORMED + "'kind' must be a string defined in 'exec'"),
                bad(
                        "/actions/x",
                        exec("\"kind\":\"nodejs:20\""),
                        400,
                        MALFORMED
                                + "'code' must be a string or attachment object defined in 'exec' for 'nodejs:20'"
                                + " actions"),
                bad(
                        "/actions/x",
                        exec("\"kind\":\"nodejs:20\",\"code\":{\"attachmentName\":\"a\",\"digest\":\"sha256-0\"}"),
                        400,
                        MALFORMED
                                + "'code' must be a string or attachment object defined in 'exec' for 'nodejs:20'"
                                + " actions"),
                bad(
                        "/actions/x",
                        exec("\"kind\":\"nodejs:20\",\"code\":\"x\",\"main\":1"),
                        400,
                        MALFORMED + "if defined, 'main' must be a string in 'exec' for 'nodejs:20' actions"),
                bad(
                        "/actions/x",
                        exec("\"kind\":\"java:builtin\",\"code\":\"/whisk.system/utils/echo\""),
                        400,
                        MALFORMED
                                + "The specified runtime 'java:builtin' is not supported by this platform. Valid"
                                + " values are: 'nodejs:20', 'sequence'."),
                bad(
                        "/actions/x",
                        exec("\"kind\":\"blackbox\""),
                        400,
                        MALFORMED + "'image' must be a string defined in 'exec' for 'blackbox' actions"),
                bad(
                        "/actions/x",
                        exec("\"kind\":\"blackbox\",\"image\":\"a/b\""),
                        400,
                        MALFORMED
                                + "Actions of kind 'blackbox' need a Docker engine, and this machine has none. Valid"
                                + " values are: 'nodejs:20', 'sequence'."),
                bad(
                        "/actions/x",
                        exec("\"kind\":\"sequence\""),
                        400,
                        MALFORMED + "'components' must be defined for sequence kind"),
                bad(
                        "/actions/x",
                        exec("\"kind\":\"sequence\",\"components\":1"),
                        400,
                        MALFORMED + "'components' must be an array"),
                bad(
                        "/actions/x",
                        exec("\"kind\":\"sequence\",\"components\":[]"),
                        400,
                        "No component specified for the sequence."),
                bad("/actions/x", sequence("/_/nope"), 400, "Sequence component does not exist."),
                bad("/actions/x", sequence("/_/x"), 400, "Sequence may not refer to itself."),
                bad(
                        "/actions/x",
                        sequence("/whisk.system/private"),
                        403,
                        "The supplied authentication is not authorized to access 'whisk.system/private'."),
                bad("/actions/s1?overwrite=true", sequence("/_/s2"), 400, "Sequence may not refer to itself."),
                bad("/actions/a?overwrite=true", sequence("/_/s2"), 400, "Sequence may not refer to itself."),
                bad(
                        "/actions/x",
                        "{\"exec\":{\"kind\":\"sequence\",\"components\":[" + "\"/_/a\",".repeat(50) + "\"/_/a\"]}}",
                        400,
                        "Too many actions in the sequence."),
                bad(
                        "/actions/x",
                        CODE.replace("}}", "},\"limits\":{\"memory\":1024}}"),
                        400,
                        "requirement failed: memory size 1024 MB exceeds allowed threshold of 512 MB"),
                bad(
                        "/actions/x",
                        CODE.replace("}}", "},\"limits\":{\"timeout\":99}}"),
                        400,
                        "requirement failed: duration 99 milliseconds below allowed threshold of 100 milliseconds"),
                bad(
                        "/actions/x",
                        CODE.replace("}}", "},\"parameters\":1}"),
                        400,
                        MALFORMED + "parameters and annotations must be a list of {\"key\", \"value\"}"),
                bad("/actions/a", CODE, 409, "resource already exists"),
                bad("/actions/t", CODE, 409, "Resource by this name exists but is not in this collection."),
                bad("/actions/nope/x", CODE, 404, "The requested resource does not exist."),
                bad("/actions/b/x", CODE, 400, "Operation not permitted on package binding."),
                bad("/actions/a/b/c", CODE, 404, "The requested resource could not be found."),
                bad("/actions/" + "n".repeat(257), CODE, 400, "Name segement longer than allowed: 257 > 256."),
                bad("/actions/a%2Fb", CODE, 400, "The name of the entity contains illegal characters."),
                bad("/actions/%20a", CODE, 400, "The name of the entity contains illegal characters."),
                bad("/actions/a%20", CODE, 400, "The name of the entity contains illegal characters."),
                bad("/actions/%C3%BC", CODE, 400, "The name of the entity contains illegal characters."),
                bad("/actions/a;b", CODE, 400, "The name of the entity contains illegal characters."),
                bad("/packages/default", "{}", 400, "Package name 'default' is reserved."),
                bad(
                        "/packages/x",
                        "{\"binding\":{\"namespace\":\"_\",\"name\":\"nope\"}}",
                        400,
                        "Binding references a package that does not exist."),
                bad(
                        "/packages/x",
                        "{\"binding\":{\"namespace\":\"_\",\"name\":\"b\"}}",
                        400,
                        "Cannot bind to another package binding."),
                bad(
                        "/packages/x",
                        "{\"binding\":{\"namespace\":\"_\",\"name\":\"a\"}}",
                        409,
                        "Cannot bind to a resource that is not a package."),
                bad(
                        "/packages/p?overwrite=true",
                        "{\"binding\":{\"namespace\":\"whisk.system\",\"name\":\"utils\"}}",
                        409,
                        "Resource is a package and cannot be converted into a binding."),
                bad(
                        "/triggers/x",
                        "{\"annotations\":[{\"key\":\"feed\",\"value\":\"///\"}]}",
                        400,
                        "Feed name is not valid"),
                bad(
                        "/triggers/x",
                        "{\"annotations\":[{\"key\":\"feed\",\"value\":true}]}",
                        400,
                        "Feed name is not valid"),
                bad("/rules/x", "{}", 400, "rule requires a valid trigger and a valid action"),
                bad(
                        "/rules/x",
                        "{\"trigger\":\"/_/nope\",\"action\":\"/_/a\"}",
                        400,
                        "trigger /guest/nope does not exist"),
                bad(
                        "/rules/x",
                        "{\"trigger\":\"/_/t\",\"action\":\"/_/nope\"}",
                        400,
                        "action /guest/nope does not exist"),
                bad(
                        "/rules/x",
                        "{\"trigger\":\"/whisk.system/t\",\"action\":\"/_/a\"}",
                        403,
                        "The supplied authentication is not authorized to access 'whisk.system/t'."),
                bad("/foo/x", "{}", 404, "The requested resource could not be found."));
    }

    @ParameterizedTest
    @MethodSource("puts")
    void refusesToDeclareItAndChangesNothing(String path, String body, int status, String error) {
        // Given
        String before = everything();
        // When
        TestSite.Answer answer = site.send("PUT", NS + path, body);
        // Then
        assertThat(answer.error()).isEqualTo(error);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().path("code").asText()).isEqualTo(answer.header("X-Request-ID"));
        assertThat(everything()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{bad",
                "{\"a\":1}x",
                "{\"a\":1,}",
                "{\"a\":1e99999999999}",
                "[1]",
                "1",
                "null",
                "\"x",
                "{\"a\":\"\\ud8\"}"
            })
    void refusesWhatIsNoJsonObject(String body) {
        for (String path : List.of("/actions/x", "/packages/x", "/triggers/x", "/rules/x")) {
            // When
            TestSite.Answer answer = site.send("PUT", NS + path, body);
            // Then
            assertThat(answer.status()).as(path).isEqualTo(400);
            assertThat(answer.error()).startsWith(MALFORMED);
        }
        assertThat(site.send("POST", NS + "/triggers/t", body).status()).isEqualTo(400);
        assertThat(site.send("POST", NS + "/actions/a", body).status()).isEqualTo(400);
        assertThat(site.send("GET", NS + "/activations?count=true").body()).isEqualTo("{\"activations\":0}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | /actions?limit=-1 | 400 | The query parameter 'limit' was malformed:*The value '-1' is not in the"
                        + " range of 0 to 200 for actions.",
                "GET | /triggers?skip=-1 | 400 | The query parameter 'skip' was malformed:*The value '-1' is not greater"
                        + " than or equal to 0 for triggers.",
                "GET | /rules?skip=x | 400 | The query parameter 'skip' was malformed:*The value 'x' is not an integer"
                        + " for rules.",
                "GET | /packages?count=x | 400 | The query parameter 'count' was malformed:*'x' is not a valid Boolean"
                        + " value",
                "GET | /activations?name=a/b/c | 400 | The query parameter 'name' was malformed:*Parameter may be a"
                        + " 'simple' name or 'package-name/simple' name: a/b/c",
                "GET | /activations?upto=x | 400 | The query parameter 'upto' was malformed:*Parameter is not a valid"
                        + " value for epoch seconds: x",
                "GET | /activations?docs=true&count=true | 400 | The parameter 'docs' is not permitted with 'count'.",
                "GET | /activations/0123456789abcdef0123456789abcdeX | 400 | The activation id is not valid.",
                "GET | /activations/0123456789abcdef0123456789abcdef/foo | 404 | The requested resource could not be"
                        + " found.",
                "DELETE | /activations/0123456789abcdef0123456789abcdef | 404 | The requested resource could not be"
                        + " found.",
                "POST | /actions/a?blocking=true&timeout=60001 | 400 | The query parameter 'timeout' was"
                        + " malformed:*Timeout must be number of milliseconds up to 60000.",
                "POST | /actions/nope | 404 | The requested resource does not exist.",
                "POST | /packages/p | 404 | The requested resource could not be found.",
                "POST | /packages/refresh | 404 | The requested resource could not be found.",
                "PATCH | /triggers/t | 404 | The requested resource could not be found.",
                "DELETE | /packages/p | 409 | Package not empty (contains 1 entity). Set force param or delete package"
                        + " contents.",
                "DELETE | /actions/b/inner | 400 | Operation not permitted on package binding.",
                "GET | /limits/x | 404 | The requested resource could not be found.",
                "GET | /../whisk.system/limits | 403 | The supplied authentication is not authorized to access"
                        + " 'whisk.system'."
            })
    void refusesWhatIsAskedWronglyAndChangesNothing(String method, String path, int status, String error) {
        // Given
        String before = everything();
        // When
        TestSite.Answer answer = site.send(method, NS + path);
        // Then
        assertThat(answer.error()).isEqualTo(error.replace('*', '\n'));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void refusesParametersThatAreFinalAndStatesThatAreNone() {
        // When
        TestSite.Answer fixed = site.send("POST", NS + "/actions/final?blocking=true", "{\"p\":2}");
        TestSite.Answer state = site.send("POST", NS + "/rules/r", "{\"status\":\"foo\"}");
        // Then
        assertThat(fixed.status()).isEqualTo(400);
        assertThat(fixed.error())
                .isEqualTo("Request defines parameters that are not allowed (e.g., reserved properties).");
        assertThat(state.status()).isEqualTo(400);
        assertThat(state.error()).isEqualTo(MALFORMED + "requirement failed: foo is not a recognized rule state");
    }

    @Test
    void refusesASequenceThatLeadsIntoACircle() {
        // Given
        put("/packages/p1", "{}");
        put("/packages/p2", "{}");
        put("/actions/p1/x", CODE);
        put("/packages/turns", "{\"binding\":{\"namespace\":\"_\",\"name\":\"p1\"}}");
        put("/actions/round", sequence("/_/turns/x"));
        put("/actions/p2/x", sequence("/_/round"));
        put("/packages/turns?overwrite=true", "{\"binding\":{\"namespace\":\"_\",\"name\":\"p2\"}}");
        // When
        TestSite.Answer answer = site.send("PUT", NS + "/actions/x", sequence("/_/round"));
        // Then
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).isEqualTo("Too many actions in the sequence.");
    }

    @Test
    void refusesAnActionWithMoreValuesThanMemoryMayBeSpentOn() {
        // Given
        String action =
                "{\"exec\":{\"kind\":\"nodejs:default\",\"code\":\"x\"},\"more\":[" + "[],".repeat(700_000) + "0]}";
        // When
        TestSite.Answer answer = site.send("PUT", NS + "/actions/values", action);
        // Then
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.error()).isEqualTo("Request larger than allowed: more than 1000000 values.");
        assertThat(site.send("GET", NS + "/actions/values").status()).isEqualTo(404);
    }

    @Test
    void refusesListsAndPayloadsThatAreTooLong() {
        // Given
        String list = "[{\"key\":\"k\",\"value\":\"" + "x".repeat(1_048_576 - 24) + "\"}]";
        // When
        TestSite.Answer fits = site.send("PUT", NS + "/triggers/fits", "{\"parameters\":" + list + "}");
        TestSite.Answer parameters =
                site.send("PUT", NS + "/triggers/x", "{\"parameters\":" + list.replace("\"}]", "y\"}]") + "}");
        TestSite.Answer annotations =
                site.send("PUT", NS + "/packages/x", "{\"annotations\":" + list.replace("\"}]", "y\"}]") + "}");
        TestSite.Answer payload = site.send("POST", NS + "/triggers/t", "{\"a\":\"" + "x".repeat(1 << 20) + "\"}");
        site.send("DELETE", NS + "/triggers/fits");
        // Then
        assertThat(fits.status()).isEqualTo(200);
        assertThat(parameters.error()).isEqualTo("parameters larger than allowed: 1048577 > 1048576 bytes.");
        assertThat(annotations.error()).isEqualTo("annotations larger than allowed: 1048577 > 1048576 bytes.");
        assertThat(payload.error()).isEqualTo("Request larger than allowed: 1048584 > 1048576 bytes.");
        assertThat(List.of(parameters.status(), annotations.status(), payload.status()))
                .containsOnly(413);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /api/v1/namespaces/_/actions/%zz HTTP/1.1 | 400",
                "GET /api/v1/namespaces/_/actions/%2e%2e/triggers HTTP/1.1 | 400",
                "GET /api/v1/namespaces/_/actions/%ff HTTP/1.1 | 400",
                "GET /api/v1/namespaces/_/actions/a%00b HTTP/1.1 | 400",
                "GET /../../../etc/passwd HTTP/1.1 | 400",
                "GET / HTTP/9 | 505",
                "BREW / HTTP/1.1 | 404"
            })
    void refusesWhatIsHardlyHttp(String line, int status) throws IOException {
        // When
        String answer = raw(line);
        // Then
        assertThat(answer).startsWith("HTTP/1.1 " + status).contains("Content-Type: application/json");
        String id = answer.replaceFirst("(?s).*X-Request-ID: (\\w{32}).*", "$1");
        assertThat(answer).contains("{\"code\":\"" + id + "\",\"error\":\"");
    }

    @Test
    void refusesHeadersThatAreTooLong() throws IOException {
        assertThat(raw("GET / HTTP/1.1\r\nX-Long: " + "x".repeat(20_000)))
                .startsWith("HTTP/1.1 431")
                .contains("{\"code\":\"");
    }

    private static Arguments bad(String path, String body, int status, String error) {
        return Arguments.of(path, body, status, error);
    }

    private static String exec(String fields) {
        return "{\"exec\":{" + fields + "}}";
    }

    private static String sequence(String component) {
        return exec("\"kind\":\"sequence\",\"components\":[\"" + component + "\"]");
    }

    private static void put(String path, String body) {
        assertThat(site.send("PUT", NS + path, body).status()).as(path).isEqualTo(200);
    }

    /** All that there is in the namespace. */
    private static String everything() {
        StringBuilder all = new StringBuilder();
        for (String collection : List.of("actions", "packages", "triggers", "rules", "activations")) {
            all.append(site.send("GET", NS + "/" + collection + "?limit=0").body());
        }
        return all.toString();
    }

    private static String raw(String head) throws IOException {
        URI uri = URI.create(site.whisk.apiHost());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(10_000);
            String request = head + "\r\nHost: x\r\nConnection: close\r\nAuthorization: " + AuthKey.GUEST.basicHeader()
                    + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
