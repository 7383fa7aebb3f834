package io.fogwhisk.lean.rest;

import static io.fogwhisk.lean.TestSite.echo;
import static io.fogwhisk.lean.TestSite.utils;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.lean.GivenRuntimes;
import io.fogwhisk.lean.TestSite;
import io.fogwhisk.lean.runtime.RunRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Actions with code: what is stored of them, what comes back, and what of it is run. */
class ActionKindsTest {

    private static final String NS = "/api/v1/namespaces/_";

    @TempDir
    private static Path folder;

    private static final GivenRuntimes RUNTIMES =
            GivenRuntimes.answering(request -> switch (request.code().get()) {
                case "list" -> "[1,2]";
                case "fails" -> "{\"error\":\"no\"}";
                default -> request.input();
            });
    private static TestSite site;

    @BeforeAll
    static void start() {
        site = new TestSite(TestSite.config(folder), RUNTIMES, utils(echo()));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void resolvesTheDefaultOfAFamilyAndTellsArchivesFromSource() {
        // When
        JsonNode source = put("source", exec(" NodeJS:Default ", "function main() {}", ",\"main\":\"go\""));
        JsonNode archive = put("archive", exec("nodejs:20", "UEsDBA==", ",\"binary\":false"));
        JsonNode jar = put("jar", "{\"exec\":{\"kind\":\"nodejs:20\",\"jar\":\"UEsDBA==\"}}");
        // Then
        assertThat(source.path("exec").toString())
                .isEqualTo("{\"kind\":\"nodejs:20\",\"code\":\"function main() {}\",\"main\":\"go\",\"binary\":false}");
        assertThat(archive.path("exec").path("binary").asBoolean()).isTrue();
        assertThat(jar.path("exec").path("code").asText()).isEqualTo("UEsDBA==");
        assertThat(get("archive?code=false").path("exec").toString())
                .isEqualTo("{\"kind\":\"nodejs:20\",\"binary\":true}");
    }

    @Test
    void givesLongCodeBackAndRunsIt() {
        // Given
        String code = "// \"ä\" \\\n".repeat(300_000) + "function main() {}";
        String quoted = TestSite.MAPPER.valueToTree(code).toString();
        // When
        JsonNode stored = put("long", "{\"exec\":{\"kind\":\"nodejs:20\",\"code\":" + quoted + "}}");
        site.send("POST", NS + "/actions/long?blocking=true", "{}");
        // Then
        assertThat(stored.path("exec").path("code").asText()).isEqualTo(code);
        assertThat(get("long").path("exec").path("code").asText()).isEqualTo(code);
        RunRequest run = RUNTIMES.requests.stream()
                .filter(request -> request.action().name().name().equals("long"))
                .findFirst()
                .orElseThrow();
        assertThat(run.code().get()).isEqualTo(code);
        assertThat(site.send("DELETE", NS + "/actions/long")
                        .json()
                        .path("exec")
                        .path("code")
                        .asText())
                .isEqualTo(code);
    }

    @Test
    void refusesCodeThatIsTooLong() {
        // Given
        long length = 48L * 1024 * 1024 + 1;
        // When
        TestSite.Answer answer =
                site.send("PUT", NS + "/actions/huge", exec("nodejs:20", "x".repeat((int) length), ""));
        // Then
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.error()).isEqualTo("exec larger than allowed: " + length + " > 50331648 bytes.");
        assertThat(site.send("GET", NS + "/actions/huge").status()).isEqualTo(404);
    }

    @Test
    void dropsTheComponentsOfASequenceThatBecomesCode() {
        // Given
        put("changes", "{\"exec\":{\"kind\":\"sequence\",\"components\":[\"/whisk.system/utils/echo\"]}}");
        // When
        JsonNode changed = put("changes?overwrite=true", exec("nodejs:20", "x", ""));
        // Then
        assertThat(changed.path("parameters")).isEmpty();
        assertThat(changed.path("version").asText()).isEqualTo("0.0.2");
        assertThat(changed.path("annotations").findValuesAsText("value")).contains("nodejs:20");
    }

    @Test
    void keepsWhatIsSaidOfParametersAndInheritsThemThroughABinding() {
        // Given
        site.send("PUT", NS + "/packages/pkg", "{\"parameters\":[{\"key\":\"a\",\"value\":1,\"init\":true}]}");
        site.send(
                "PUT",
                NS + "/packages/bound",
                "{\"binding\":{\"namespace\":\"_\",\"name\":\"pkg\"},"
                        + "\"parameters\":[{\"key\":\"b\",\"value\":2,\"encryption\":\"aes-128\"}]}");
        put("pkg/act", exec("nodejs:20", "x", "").replace("}}", "},\"parameters\":[{\"key\":\"c\",\"value\":3}]}"));
        // When
        JsonNode read = get("bound/act");
        // Then
        assertThat(read.path("parameters").toString())
                .isEqualTo("[{\"key\":\"a\",\"value\":1,\"init\":true},{\"key\":\"b\",\"value\":2,"
                        + "\"encryption\":\"aes-128\"},{\"key\":\"c\",\"value\":3}]");
        assertThat(read.path("namespace").asText()).isEqualTo("guest/pkg");
        assertThat(read.path("binding").asText()).isEqualTo("guest/bound");
    }

    @Test
    void putsParametersMarkedInitIntoTheEnvironment() {
        // Given
        put(
                "env",
                exec("nodejs:20", "x", "")
                        .replace(
                                "}}",
                                "},\"parameters\":[{\"key\":\"TOKEN\",\"value\":\"t\",\"init\":true},"
                                        + "{\"key\":\"LIST\",\"value\":[1],\"init\":true},{\"key\":\"a\",\"value\":1}]}"));
        // When
        TestSite.Answer answer =
                site.send("POST", NS + "/actions/env?blocking=true&result=true", "{\"b\":2,\"TOKEN\":\"other\"}");
        // Then
        assertThat(answer.body()).isEqualTo("{\"a\":1,\"b\":2}");
        assertThat(RUNTIMES.requests.stream()
                        .filter(request -> request.action().name().name().equals("env"))
                        .map(RunRequest::env))
                .containsExactly(Map.of("TOKEN", "t", "LIST", "[1]"));
    }

    @Test
    void answersWithAResultThatIsAListWhetherOrNotTheRecordIsAskedFor() {
        // Given
        put("list", exec("nodejs:20", "list", ""));
        put("both", "{\"exec\":{\"kind\":\"sequence\",\"components\":[\"/_/list\"]}}");
        // When and then
        for (String name : List.of("list", "both")) {
            for (boolean result : List.of(true, false)) {
                assertThat(site.send("POST", NS + "/actions/" + name + "?blocking=true&result=" + result, "{}")
                                .body())
                        .isEqualTo("[1,2]");
            }
        }
    }

    @Test
    void filtersActivationsByStatus() {
        // Given
        put("fails", exec("nodejs:20", "fails", ""));
        put("works", exec("nodejs:20", "works", ""));
        site.send("POST", NS + "/actions/fails?blocking=true", "{}");
        site.send("POST", NS + "/actions/works?blocking=true", "{}");
        // When
        JsonNode failures = activations("status=application%20error");
        JsonNode numbered = activations("status=1");
        JsonNode successes = activations("status=success&name=works");
        // Then
        assertThat(failures.findValuesAsText("name")).containsExactly("fails");
        assertThat(numbered).isEqualTo(failures);
        assertThat(successes.findValuesAsText("name")).containsExactly("works");
        assertThat(activations("status=running")).isEmpty();
        assertThat(activations("status=developer+error&count=true").toString()).isEqualTo("{\"activations\":0}");
        assertThat(site.send("GET", NS + "/activations?status=odd").status()).isEqualTo(400);
    }

    private static JsonNode activations(String query) {
        return site.send("GET", NS + "/activations?" + query).json();
    }

    @Test
    void saysWhatItCanRun() {
        // When
        TestSite.Answer info = site.send("GET", "/", "", request -> request);
        JsonNode limits = site.send("GET", NS + "/limits").json();
        // Then
        assertThat(info.header("Content-Type")).isEqualTo("application/json");
        assertThat(info.json().path("runtimes").toString())
                .isEqualTo("{\"nodejs\":[{\"kind\":\"nodejs:20\",\"image\":\"test\",\"deprecated\":false,"
                        + "\"default\":true,\"attached\":true,\"requireMain\":false}]}");
        assertThat(info.json().path("limits").path("actions_per_minute").asInt())
                .isEqualTo(1_000_000);
        assertThat(limits.path("concurrentInvocations").asInt()).isEqualTo(10_000);
        assertThat(limits.path("maxParameterSize").asText()).isEqualTo("1048576 B");
        assertThat(site.send("GET", "/api/v1/api-docs", "", request -> request)
                        .json()
                        .path("paths")
                        .has("/namespaces/{namespace}/actions/{name}"))
                .isTrue();
        assertThat(site.send("GET", "/api/v1/docs", "", request -> request).header("Content-Type"))
                .startsWith("text/html");
        assertThat(site.send("HEAD", NS + "/actions").status()).isEqualTo(200);
        assertThat(site.send("GET", "/invokers/healthy/count", "", request -> request)
                        .body())
                .isEqualTo("0");
    }

    private static JsonNode put(String name, String body) {
        TestSite.Answer answer = site.send("PUT", NS + "/actions/" + name, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static JsonNode get(String name) {
        return site.send("GET", NS + "/actions/" + name).json();
    }

    private static String exec(String kind, String code, String more) {
        return "{\"exec\":{\"kind\":\"" + kind + "\",\"code\":\"" + code + "\"" + more + "}}";
    }
}
