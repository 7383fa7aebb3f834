package io.fogwhisk.lean.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.GivenRuntimes;
import io.fogwhisk.lean.TestSite;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replays, in their order, the requests whose answers by Apache OpenWhisk are on file, and compares status, every
 * recorded header, and the body. Ids and times differ from run to run, and are compared by their form.
 */
class GoldenAnswersTest {

    /** Where a parser speaks in its own words, only the first line is OpenWhisk's. */
    private static final String WORDS_OF_THE_PARSER = "badjson";

    /** The kinds are those of the machine. */
    private static final String LIST_OF_KINDS = "badkind";

    @TempDir
    private static Path folder;

    private static TestSite site;

    /**
     * A request and its answer.
     *
     * @param headers of the answer, by lower-case name
     */
    private record Recorded(
            String name,
            String method,
            String path,
            String body,
            int status,
            Map<String, String> headers,
            String answer) {}

    @BeforeAll
    static void start() {
        site = new TestSite(TestSite.config(folder), GivenRuntimes.answering(request -> "{}"));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @TestFactory
    List<DynamicTest> answersAsOpenWhiskDoes() {
        List<Recorded> recorded = recorded();
        assertThat(recorded).hasSizeGreaterThan(20);
        return recorded.stream()
                .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> compare(golden, send(golden))))
                .toList();
    }

    private static void compare(Recorded golden, Recorded actual) throws IOException {
        assertThat(actual.status()).isEqualTo(golden.status());
        golden.headers().forEach((name, value) -> {
            if (name.equals("x-request-id")) {
                assertThat(actual.headers().get(name)).matches("[A-Za-z0-9]{32}");
            } else if (name.equals("x-openwhisk-activation-id")) {
                assertThat(actual.headers().get(name)).matches("[0-9a-f]{32}");
            } else {
                // The HTTP server writes "text/plain;charset=utf-8", which means the same.
                assertThat(actual.headers().getOrDefault(name, "").replaceAll(";\\s*", "; "))
                        .isEqualToIgnoringCase(value);
            }
        });
        if (!golden.headers().containsKey("x-request-id")) {
            assertThat(actual.headers()).doesNotContainKey("x-request-id");
        }
        if (!golden.answer().startsWith("{") && !golden.answer().startsWith("[")) {
            assertThat(actual.answer()).isEqualTo(golden.answer());
            return;
        }
        JsonNode expected = masked(golden, golden);
        assertThat(masked(golden, actual)).isEqualTo(expected);
        JsonNode body = TestSite.MAPPER.readTree(actual.answer());
        if (body.has("code") && body.has("error")) {
            assertThat(body.path("code").asText()).isEqualTo(actual.headers().get("x-request-id"));
        }
        if (body.has("activationId")) {
            assertThat(body.path("activationId").asText())
                    .isEqualTo(actual.headers().get("x-openwhisk-activation-id"));
        }
    }

    /** A body without what differs from run to run, or from release to release. */
    private static JsonNode masked(Recorded golden, Recorded from) throws IOException {
        JsonNode json = TestSite.MAPPER.readTree(from.answer());
        mask(json);
        if (json instanceof ObjectNode object && object.has("error")) {
            String error = object.path("error").asText();
            if (golden.name().equals(WORDS_OF_THE_PARSER)) {
                object.put("error", error.lines().findFirst().orElseThrow());
            } else if (golden.name().equals(LIST_OF_KINDS)) {
                assertThat(error).contains("'nodejs:20'").contains("'sequence'");
                object.put("error", error.substring(0, error.indexOf("Valid values are: '")));
            }
        }
        return json;
    }

    private static void mask(JsonNode json) {
        json.forEach(GoldenAnswersTest::mask);
        if (json instanceof ObjectNode object) {
            for (String field : List.of("code", "updated", "activationId", "build", "buildno")) {
                JsonNode value = object.get(field);
                // An action's code is a field of its exec.
                if (value != null && !object.has("kind")) {
                    object.put(field, "a " + value.getNodeType());
                }
            }
        }
    }

    /** Sends the request as it was sent then, byte for byte. */
    private static Recorded send(Recorded golden) throws IOException {
        URI uri = URI.create(site.whisk.apiHost());
        byte[] body = golden.body().getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(golden.method() + " " + golden.path() + " HTTP/1.1\r\nHost: x\r\n");
        head.append("Connection: close\r\n");
        if (golden.name().equals("badauth")) {
            head.append("Authorization: " + new AuthKey(AuthKey.GUEST.uuid(), "x".repeat(64)).basicHeader() + "\r\n");
        } else if (!golden.name().equals("noauth")) {
            head.append("Authorization: " + AuthKey.GUEST.basicHeader() + "\r\n");
        }
        if (body.length > 0) {
            head.append("Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n");
        }
        if (golden.name().equals("wrongct")) {
            head.append("Content-Type: text/plain\r\n");
        }
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            List<String> lines = answer.substring(0, end).lines().toList();
            return new Recorded(
                    golden.name(),
                    "",
                    "",
                    "",
                    status(lines.get(0)),
                    headers(lines.subList(1, lines.size())),
                    answer.substring(end + 4));
        }
    }

    private static int status(String line) {
        return Integer.parseInt(line.split(" ", 3)[1]);
    }

    private static Map<String, String> headers(List<String> lines) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private static List<Recorded> recorded() {
        String text;
        try (InputStream file = GoldenAnswersTest.class.getResourceAsStream("/openwhisk-golden.txt")) {
            text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Recorded> all = new ArrayList<>();
        for (String block : text.split("### ", -1)) {
            if (block.isBlank()) {
                continue;
            }
            List<String> lines = block.strip().lines().toList();
            String[] request = lines.get(0).split(" ", 4);
            String body = request.length > 3 ? request[3].strip().replaceFirst("<= ", "") : "";
            all.add(new Recorded(
                    request[0].replace(":", ""),
                    request[1],
                    request[2],
                    body,
                    status(lines.get(1)),
                    headers(lines.subList(2, lines.size() - 1)),
                    lines.get(lines.size() - 1)));
        }
        return all;
    }
}
