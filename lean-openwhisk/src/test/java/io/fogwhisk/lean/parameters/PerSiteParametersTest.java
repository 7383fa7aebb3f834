package io.fogwhisk.lean.parameters;

import static io.fogwhisk.lean.TestSite.kv;
import static io.fogwhisk.lean.TestSite.name;
import static io.fogwhisk.lean.TestSite.utils;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.LeanConfig;
import io.fogwhisk.lean.TestSite;
import io.fogwhisk.lean.parameters.Target.Kind;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PerSiteParametersTest {

    private static final String ENTITIES = "/api/v1/namespaces/_/";

    @TempDir
    private static Path folder;

    private static TestSite site;

    private static final SiteParameters PARAMETERS = new SiteParameters(
            Map.of(
                    "site.id", SiteValue.shown("dc-7"),
                    "site.floor", new SiteValue(IntNode.valueOf(3), false),
                    "site.influx.token", SiteValue.secret("s3cret")),
            Map.of(
                    new Target(Kind.NAMESPACE, "guest"),
                            Map.of("unit", SiteValue.shown("C"), "hall", SiteValue.shown("of the namespace")),
                    new Target(Kind.PACKAGE, "guest/bound"), Map.of("hall", SiteValue.shown("of the package")),
                    new Target(Kind.ACTION, "guest/bound/echo"), Map.of("door", SiteValue.secret("of the action")),
                    new Target(Kind.TRIGGER, "guest/tick"), Map.of("from", SiteValue.shown("the site")),
                    new Target(Kind.FEED, "guest/tick"), Map.of("topic", SiteValue.shown("hall/7"))),
            true);

    @BeforeAll
    static void start() {
        LeanConfig defaults = TestSite.config(folder);
        site = new TestSite(
                new LeanConfig(
                        "test",
                        defaults.host(),
                        0,
                        folder,
                        defaults.identities(),
                        defaults.commitPace(),
                        defaults.bounds(),
                        defaults.blockingLimit(),
                        defaults.retention(),
                        defaults.runtimes(),
                        Optional.empty(),
                        PARAMETERS),
                utils(TestSite.echo()));
        put("packages/bound?overwrite=true", """
                {"binding": {"namespace": "whisk.system", "name": "utils"}, "parameters": [
                    {"key": "where", "value": "${site.id}/hall"}, {"key": "floor", "value": "${site.floor}"},
                    {"key": "list", "value": ["$${site.id}", {"token": "${site.influx.token}"}]},
                    {"key": "hall", "value": "of the centre"}, {"key": "other", "value": "${site.nothing} ${HOME}"}]}
                """);
        put("triggers/tick?overwrite=true", """
                {"parameters": [{"key": "from", "value": "the centre"}, {"key": "at", "value": "${site.id}"}]}
                """);
        put("rules/tock?overwrite=true", "{\"trigger\": \"/_/tick\", \"action\": \"/_/bound/echo\"}");
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void anActionGetsWhatItsSiteSaysInPlaceOfWhatWasDeclared() {
        // When
        JsonNode got = site.send(
                        "POST",
                        ENTITIES + "actions/bound/echo?blocking=true&result=true",
                        "{\"door\": \"of the call\"}")
                .json();
        // Then
        assertThat(got.path("where").asText()).isEqualTo("dc-7/hall");
        assertThat(got.path("floor").isInt()).isTrue();
        assertThat(got.path("list").toString()).isEqualTo("[\"${site.id}\",{\"token\":\"s3cret\"}]");
        assertThat(got.path("hall").asText()).isEqualTo("of the package");
        assertThat(got.path("unit").asText()).isEqualTo("C");
        assertThat(got.path("door").asText()).isEqualTo("of the call");
        assertThat(got.path("other").asText()).isEqualTo("${site.nothing} ${HOME}");
    }

    @Test
    void aFireGetsTheTriggersValuesOfTheSite() {
        // When
        site.fire("/guest/tick", JsonObject.empty());
        // Then
        JsonNode result = Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(
                        () -> site.send("GET", ENTITIES + "activations?docs=true&limit=20")
                                .json(),
                        list -> list.findValuesAsText("from").contains("the site"));
        assertThat(result.findValuesAsText("at")).contains("dc-7");
    }

    @Test
    void whatWasDeclaredIsAnsweredAsItWas() {
        assertThat(site.send("GET", ENTITIES + "packages/bound").body()).contains("${site.id}/hall");
        assertThat(site.send("GET", ENTITIES + "triggers/tick").body()).contains("the centre");
    }

    @Test
    void explainsWhereEachValueCameFromWithoutShowingSecrets() {
        // When
        TestSite.Answer answer = site.send("GET", ENTITIES + "actions/bound/echo?explain=true");
        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(from(answer, "where")).isEqualTo("binding /guest/bound");
        assertThat(from(answer, "hall")).isEqualTo("this site, for package /guest/bound");
        assertThat(from(answer, "unit")).isEqualTo("this site, for namespace guest");
        assertThat(parameter(answer, "other").path("unknown").toString()).isEqualTo("[\"site.nothing\"]");
        assertThat(parameter(answer, "door").path("secret").asBoolean()).isTrue();
        assertThat(answer.body()).doesNotContain("s3cret").doesNotContain("of the action");
    }

    @Test
    void nobodyElseIsToldTheValues() {
        assertThat(site.send("GET", "/api/v1/namespaces/whisk.system/actions/utils/echo?explain=true")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aFeedGetsItsValuesAndAnUnknownVariableIsRefused() {
        // Given
        ObjectNode declared =
                TestSite.MAPPER.createObjectNode().put("topic", "all").put("url", "mqtt://${site.id}:1883");
        // When
        ObjectNode values = PARAMETERS.feed(name("/guest/tick"), declared);
        // Then
        assertThat(values.path("topic").asText()).isEqualTo("hall/7");
        assertThat(values.path("url").asText()).isEqualTo("mqtt://dc-7:1883");
        assertThatThrownBy(() -> PARAMETERS.feed(name("/guest/tick"), declared.put("qos", "${site.qos}")))
                .isInstanceOf(WskException.class)
                .hasMessageContaining("'qos'")
                .hasMessageContaining("${site.qos}");
    }

    @Test
    void aValueInTheEnvironmentStaysThere() {
        // Given
        KeyValue declared = new KeyValue("hall", kv("", "x").value(), true, Optional.empty());
        // When
        Effective effective = PARAMETERS
                .merge(
                        List.of(new SiteParameters.Layer("action /guest/a", List.of(declared), false)),
                        List.of(new Target(Kind.NAMESPACE, "guest")))
                .get(0);
        // Then
        assertThat(effective.parameter().init()).isTrue();
        assertThat(effective.parameter().value().asText()).isEqualTo("of the namespace");
    }

    @Test
    void onlyWhatTheCatalogueDeclaresMayNameSecrets() {
        // Given
        SiteParameters site =
                new SiteParameters(Map.of("site.influx.token", SiteValue.secret("s3cret")), Map.of(), false);
        List<KeyValue> declared = List.of(kv("token", "${site.influx.token}"), kv("written", "s3cret"));
        // When
        List<Effective> own =
                site.merge(List.of(new SiteParameters.Layer("action /guest/a", declared, false)), List.of());
        List<Effective> followed =
                site.merge(List.of(new SiteParameters.Layer("action /guest/a", declared, true)), List.of());
        // Then
        assertThat(own.get(0).parameter().value().asText()).isEqualTo("${site.influx.token}");
        assertThat(own.get(0).unknown()).containsExactly("site.influx.token");
        assertThat(own.get(1).secret()).isTrue();
        assertThat(followed.get(0).parameter().value().asText()).isEqualTo("s3cret");
        assertThat(followed.get(0).secret()).isTrue();
    }

    private static String from(TestSite.Answer answer, String key) {
        return parameter(answer, key).path("from").asText();
    }

    private static JsonNode parameter(TestSite.Answer answer, String key) {
        for (JsonNode each : answer.json().path("parameters")) {
            if (each.path("key").asText().equals(key)) {
                return each;
            }
        }
        throw new AssertionError("no " + key + " in " + answer.body());
    }

    private static void put(String path, String body) {
        assertThat(site.send("PUT", ENTITIES + path, body).status()).isEqualTo(200);
    }
}
