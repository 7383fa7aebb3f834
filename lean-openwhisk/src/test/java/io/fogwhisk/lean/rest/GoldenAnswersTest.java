package io.fogwhisk.lean.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.TestSite;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Replays requests whose answers by Apache OpenWhisk are on file, and compares. */
class GoldenAnswersTest {

    /** Texts that name the parser's position, or the kinds that differ. */
    private static final Set<String> FIRST_LINE_ONLY = Set.of("badjson", "badkind");

    /** What depends on the release of the server, or on the client being broken. */
    private static final Set<String> OTHER_CONTENT = Set.of("info", "wrongct");

    /** Answers about an action in a language that this OpenWhisk does not run: here it is a sequence. */
    private static final Set<String> ABOUT_AN_ACTION =
            Set.of("create", "dup", "get", "getnocode", "list", "count", "inv");

    @TempDir
    Path folder;

    private record Recorded(
            String name, String method, String path, String body, int status, String head, String answer) {}

    @TestFactory
    List<DynamicTest> answersAsOpenWhiskDoes() {
        return recorded().stream()
                .filter(golden -> !OTHER_CONTENT.contains(golden.name()) && !ABOUT_AN_ACTION.contains(golden.name()))
                .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> {
                    try (TestSite site = new TestSite(folder.resolve(golden.name()))) {
                        compare(site, golden);
                    }
                }))
                .toList();
    }

    @Test
    void answersAboutAnActionWithTheSameFields() {
        // Given
        try (TestSite site = new TestSite(folder, TestSite.utils(TestSite.echo()))) {
            for (Recorded golden : recorded()) {
                if (ABOUT_AN_ACTION.contains(golden.name())) {
                    // When
                    String body = golden.body()
                            .replaceFirst(
                                    "\"exec\":\\{\"kind\":\"nodejs:default\",\"code\":\"(?:[^\"\\\\]|\\\\.)*\"}",
                                    "\"exec\":{\"kind\":\"sequence\",\"components\":[\"/whisk.system/utils/echo\"]}");
                    TestSite.Answer answer = site.send(golden.method(), golden.path(), body);
                    // Then
                    assertThat(answer.status()).as(golden.name()).isEqualTo(golden.status());
                    assertThat(fields(answer.json())).as(golden.name()).isEqualTo(fields(json(golden)));
                    assertThat(answer.header("X-Request-ID")).isNotEmpty();
                    if (golden.name().equals("inv")) {
                        assertThat(answer.header("x-openwhisk-activation-id"))
                                .isEqualTo(answer.json().path("activationId").asText());
                    }
                }
            }
        }
    }

    private static void compare(TestSite site, Recorded golden) {
        TestSite.Answer answer = site.send(golden.method(), golden.path(), golden.body(), key(golden.name()));
        assertThat(answer.status()).isEqualTo(golden.status());
        assertThat(answer.header("X-Request-ID")).matches("[A-Za-z0-9]{32}");
        for (String line : golden.head().split("\n", -1)) {
            if (line.startsWith("WWW-Authenticate") || line.startsWith("Content-Type")) {
                int colon = line.indexOf(": ");
                // The HTTP server writes "text/plain;charset=utf-8", which means the same.
                assertThat(answer.header(line.substring(0, colon)).replace(";", "; "))
                        .isEqualToIgnoringCase(line.substring(colon + 2));
            }
        }
        if (!golden.answer().startsWith("{")) {
            assertThat(answer.body()).isEqualTo(golden.answer());
            return;
        }
        ObjectNode expected = (ObjectNode) json(golden);
        ObjectNode actual = (ObjectNode) answer.json();
        if (FIRST_LINE_ONLY.contains(golden.name())) {
            firstLine(expected);
            firstLine(actual);
        }
        assertThat(actual.remove("code").asText()).isEqualTo(answer.header("X-Request-ID"));
        expected.remove("code");
        assertThat(actual).isEqualTo(expected);
    }

    private static void firstLine(ObjectNode body) {
        body.put("error", body.path("error").asText().lines().findFirst().orElseThrow());
    }

    private static UnaryOperator<HttpRequest.Builder> key(String name) {
        return switch (name) {
            case "noauth" -> UnaryOperator.identity();
            case "badauth" ->
                request -> request.header(
                        "Authorization", new AuthKey(AuthKey.GUEST.uuid(), "x".repeat(64)).basicHeader());
            default -> request -> request.header("Authorization", AuthKey.GUEST.basicHeader());
        };
    }

    private static Set<String> fields(JsonNode json) {
        Set<String> fields = new TreeSet<>();
        if (json.isArray()) {
            json.forEach(item -> fields.addAll(fields(item)));
        }
        json.properties().forEach(field -> {
            if (!field.getKey().equals("exec")) {
                fields.add(field.getKey() + ":" + field.getValue().getNodeType());
            }
        });
        return fields;
    }

    private static JsonNode json(Recorded golden) {
        try {
            return TestSite.MAPPER.readTree(golden.answer());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
                    Integer.parseInt(lines.get(1).split(" ", 3)[1]),
                    String.join("\n", lines.subList(2, lines.size() - 1)),
                    lines.get(lines.size() - 1)));
        }
        return all;
    }
}
