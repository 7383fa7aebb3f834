package io.fogwhisk.lean.rest;

import static io.fogwhisk.lean.TestSite.action;
import static io.fogwhisk.lean.TestSite.echo;
import static io.fogwhisk.lean.TestSite.kv;
import static io.fogwhisk.lean.TestSite.name;
import static io.fogwhisk.lean.TestSite.utils;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.lean.TestSite;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.action.BuiltInPackage.BuiltInAction;
import io.fogwhisk.wsk.client.WskEntities;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The requests of {@code wsk}, body for body. */
class WskRequestsTest {

    private static final String NS = "/api/v1/namespaces/_";

    @TempDir
    Path folder;

    private final ConcurrentLinkedQueue<JsonNode> feedCalls = new ConcurrentLinkedQueue<>();
    private TestSite site;

    @BeforeEach
    void start() {
        BuiltInAction feed = new BuiltInAction("feed", List.of(kv("feed", true)), (params, context) -> {
            feedCalls.add(params.tree());
            boolean bad = params.tree().path("topic").asText().equals("bad");
            return CompletableFuture.completedFuture(
                    bad ? JsonObject.parse("{\"error\":\"broker refused\"}") : JsonObject.empty());
        });
        BuiltInAction fails = action(
                "fails",
                (params, context) -> CompletableFuture.completedFuture(JsonObject.parse("{\"error\":\"no\"}")));
        site = new TestSite(
                folder, utils(echo(), feed, fails), new BuiltInPackage("other", List.of(), List.of(echo())));
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void createsUpdatesAndDeletesPackages() {
        // When
        TestSite.Answer created = site.send(
                "PUT",
                NS + "/packages/p?overwrite=false",
                "{\"namespace\":\"_\",\"name\":\"other\",\"annotations\":[{\"key\":\"d\",\"value\":\"x\"}],"
                        + "\"parameters\":[{\"key\":\"k\",\"value\":1.5}],\"publish\":true}\n");
        TestSite.Answer again = site.send("PUT", NS + "/packages/p?overwrite=false", "{\"name\":\"p\"}");
        TestSite.Answer updated = site.send("PUT", NS + "/packages/p?overwrite=true", "{\"namespace\":\"_\"}");
        site.send("PUT", NS + "/actions/p/seq", sequence());
        TestSite.Answer full = site.send("DELETE", NS + "/packages/p");
        TestSite.Answer forced = site.send("DELETE", NS + "/packages/p?force=true");
        // Then
        assertThat(created.status()).isEqualTo(200);
        assertThat(created.json().path("name").asText()).isEqualTo("p");
        assertThat(created.json().path("binding").toString()).isEqualTo("{}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.error()).isEqualTo("resource already exists");
        assertThat(updated.json().path("version").asText()).isEqualTo("0.0.2");
        assertThat(updated.json().path("parameters").toString()).isEqualTo("[{\"key\":\"k\",\"value\":1.5}]");
        assertThat(updated.json().path("publish").asBoolean()).isTrue();
        assertThat(full.status()).isEqualTo(409);
        assertThat(full.error())
                .isEqualTo("Package not empty (contains 1 entity). Set force param or delete package contents.");
        assertThat(forced.status()).isEqualTo(200);
        assertThat(site.send("GET", NS + "/packages/p").status()).isEqualTo(404);
        assertThat(site.send("GET", NS + "/actions").json()).isEmpty();
    }

    @Test
    void bindsPackagesAndShowsWhatTheProviderHas() {
        // When
        TestSite.Answer bound = site.send(
                "PUT",
                NS + "/packages/bnd?overwrite=false",
                "{\"parameters\":[{\"key\":\"z\",\"value\":1}],\"binding\":{\"namespace\":\"whisk.system\",\"name\":\"utils\"}}");
        site.send("PUT", NS + "/packages/bnd?overwrite=true", "{\"name\":\"bnd\"}");
        JsonNode got = site.send("GET", NS + "/packages/bnd").json();
        JsonNode actions =
                site.send("GET", NS + "/actions/bnd/?limit=30&skip=0").json();
        JsonNode action = site.send("GET", NS + "/actions/bnd/echo").json();
        // Then
        assertThat(bound.status()).isEqualTo(200);
        assertThat(got.path("binding").path("name").asText()).isEqualTo("utils");
        assertThat(got.path("actions")).hasSize(2);
        assertThat(got.path("feeds").path(0).path("name").asText()).isEqualTo("feed");
        assertThat(actions).hasSize(3);
        assertThat(actions.path(0).path("namespace").asText()).isEqualTo("whisk.system/utils");
        assertThat(action.path("parameters").toString()).isEqualTo("[{\"key\":\"z\",\"value\":1}]");
        assertThat(action.path("exec").path("binary").isBoolean()).isTrue();
        assertThat(site.send("PUT", NS + "/actions/bnd/x", sequence()).error())
                .isEqualTo("Operation not permitted on package binding.");
        assertThat(site.send("PUT", NS + "/packages/b2", binding("guest", "bnd"))
                        .error())
                .isEqualTo("Cannot bind to another package binding.");
        assertThat(site.send("PUT", NS + "/packages/b2", binding("_", "nope")).error())
                .isEqualTo("Binding references a package that does not exist.");
        assertThat(site.send("DELETE", NS + "/packages/bnd").status()).isEqualTo(200);
    }

    @Test
    void keepsWhatAnUpdateOfATriggerDoesNotName() {
        // Given
        site.send(
                "PUT",
                NS + "/triggers/tf?overwrite=false",
                "{\"name\":\"tf\",\"annotations\":[{\"key\":\"feed\",\"value\":\"/_/F\"}]}");
        // When
        TestSite.Answer updated = site.send(
                "PUT",
                NS + "/triggers/tf?overwrite=true",
                "{\"name\":\"tf\",\"parameters\":[{\"key\":\"a\",\"value\":1}]}");
        // Then
        assertThat(updated.json().path("annotations").toString()).isEqualTo("[{\"key\":\"feed\",\"value\":\"/_/F\"}]");
        assertThat(updated.json().path("parameters").path(0).path("value").asInt())
                .isEqualTo(1);
        assertThat(site.send("PUT", NS + "/triggers/t2", "{\"annotations\":[{\"key\":\"feed\",\"value\":\"/a\"}]}")
                        .error())
                .isEqualTo("Feed name is not valid");
        assertThat(site.send("GET", NS + "/actions/tf").status()).isEqualTo(409);
        assertThat(site.send("GET", NS + "/actions/tf").error())
                .isEqualTo("Resource by this name exists but is not in this collection.");
    }

    @Test
    void createsDisablesAndDeletesRulesAsWskDoes() {
        // Given
        site.send("PUT", NS + "/triggers/t?overwrite=false", "{\"name\":\"t\"}");
        String rule = "{\"name\":\"r\",\"status\":\"\",\"trigger\":\"/_/t\",\"action\":\"/whisk.system/utils/echo\"}";
        // When
        TestSite.Answer created = site.send("PUT", NS + "/rules/r?overwrite=false", rule);
        TestSite.Answer disabled =
                site.send("POST", NS + "/rules/r", "{\"status\":\"inactive\",\"trigger\":null,\"action\":null}");
        TestSite.Answer updated = site.send("PUT", NS + "/rules/r?overwrite=true", rule);
        TestSite.Answer got = site.send("GET", NS + "/rules/r");
        TestSite.Answer bad = site.send("POST", NS + "/rules/r", "{\"status\":\"foo\"}");
        site.send("DELETE", NS + "/triggers/t");
        TestSite.Answer orphan = site.send("POST", NS + "/rules/r", "{\"status\":\"active\"}");
        TestSite.Answer deleted = site.send("DELETE", NS + "/rules/r");
        // Then
        assertThat(created.json().path("status").asText()).isEqualTo("active");
        assertThat(created.json().path("trigger").toString()).isEqualTo("{\"path\":\"guest\",\"name\":\"t\"}");
        assertThat(created.json().path("action").toString())
                .isEqualTo("{\"path\":\"whisk.system/utils\",\"name\":\"echo\"}");
        assertThat(disabled.status()).isEqualTo(200);
        assertThat(disabled.body()).isEqualTo("OK");
        assertThat(updated.json().path("status").asText()).isEqualTo("inactive");
        assertThat(got.json().path("status").asText()).isEqualTo("inactive");
        assertThat(bad.error())
                .isEqualTo(
                        "The request content was malformed:\nrequirement failed: foo is not a recognized rule state");
        assertThat(orphan.status()).isEqualTo(404);
        assertThat(orphan.error()).isEqualTo("Only rules with existing triggers can be activated");
        assertThat(deleted.json().path("status").asText()).isEqualTo("inactive");
    }

    @Test
    void refusesRulesThatLeadNowhere() {
        // Given
        site.send("PUT", NS + "/triggers/t", "{}");
        // When
        TestSite.Answer empty = site.send("PUT", NS + "/rules/r", "{\"name\":\"r\"}");
        TestSite.Answer trigger =
                site.send("PUT", NS + "/rules/r", "{\"trigger\":\"/_/x\",\"action\":\"/whisk.system/utils/echo\"}");
        TestSite.Answer action = site.send("PUT", NS + "/rules/r", "{\"trigger\":\"/_/t\",\"action\":\"/_/x\"}");
        // Then
        assertThat(empty.error()).isEqualTo("rule requires a valid trigger and a valid action");
        assertThat(trigger.error()).isEqualTo("trigger /guest/x does not exist");
        assertThat(action.error()).isEqualTo("action /guest/x does not exist");
        assertThat(List.of(empty.status(), trigger.status(), action.status())).containsOnly(400);
    }

    @Test
    void answersABlockingInvocationWithTheResultOrTheRecord() {
        // When
        TestSite.Answer record = site.send(
                "POST", "/api/v1/namespaces/whisk.system/actions/utils/echo?blocking=true&result=false", "{\"a\":1}");
        TestSite.Answer result = site.send(
                "POST", "/api/v1/namespaces/whisk.system/actions/utils/echo?blocking=true&result=true", "{\"a\":1}");
        TestSite.Answer failed = site.send(
                "POST", "/api/v1/namespaces/whisk.system/actions/utils/fails?blocking=true&result=false", "{}");
        TestSite.Answer error = site.send(
                "POST", "/api/v1/namespaces/whisk.system/actions/utils/fails?blocking=true&result=true", "{}");
        // Then
        assertThat(record.status()).isEqualTo(200);
        assertThat(record.json().path("response").path("status").asText()).isEqualTo("success");
        assertThat(record.json().path("response").path("result").toString()).isEqualTo("{\"a\":1}");
        assertThat(record.json().path("response").path("size").asInt()).isEqualTo(7);
        assertThat(record.header("x-openwhisk-activation-id"))
                .isEqualTo(record.json().path("activationId").asText());
        assertThat(result.body()).isEqualTo("{\"a\":1}");
        assertThat(failed.status()).isEqualTo(502);
        assertThat(failed.json().path("response").path("status").asText()).isEqualTo("application error");
        assertThat(error.status()).isEqualTo(502);
        assertThat(error.body()).isEqualTo("{\"error\":\"no\"}");
    }

    @Test
    void listsAndShowsActivations() {
        // Given
        String action = "/api/v1/namespaces/whisk.system/actions/utils/";
        String first = id(site.send("POST", action + "echo?blocking=true", "{\"n\":1}"));
        String second = id(site.send("POST", action + "fails?blocking=true", "{}"));
        long start = site.send("GET", NS + "/activations/" + second)
                .json()
                .path("start")
                .asLong();
        // When
        JsonNode all = site.send("GET", NS + "/activations?limit=30&skip=0").json();
        JsonNode named =
                site.send("GET", NS + "/activations?limit=30&name=utils%2Fecho").json();
        JsonNode later = site.send("GET", NS + "/activations?limit=0&since=" + (start + 1) + "&docs=true")
                .json();
        JsonNode count = site.send("GET", NS + "/activations?count=true").json();
        // Then
        assertThat(all).hasSize(2);
        assertThat(all.findValuesAsText("activationId")).containsExactlyInAnyOrder(first, second);
        assertThat(named).hasSize(1);
        assertThat(named.path(0).path("statusCode").asInt()).isZero();
        assertThat(named.path(0).path("duration").isIntegralNumber()).isTrue();
        assertThat(named.path(0).has("response")).isFalse();
        assertThat(later).isEmpty();
        assertThat(count.toString()).isEqualTo("{\"activations\":2}");
        assertThat(site.send("GET", NS + "/activations/" + first + "/result")
                        .json()
                        .path("result")
                        .toString())
                .isEqualTo("{\"n\":1}");
        assertThat(site.send("GET", NS + "/activations/" + first + "/logs").body())
                .isEqualTo("{\"logs\":[]}");
        assertThat(site.send("GET", NS + "/activations/abc").error())
                .isEqualTo("Activation id length is 3 but must be 32.");
        assertThat(site.send("GET", NS + "/activations/" + "0".repeat(32)).status())
                .isEqualTo(404);
        assertThat(site.send("GET", NS + "/activations?since=x").error())
                .endsWith("Parameter is not a valid value for epoch seconds: x");
    }

    @Test
    void updatesOnlyWhatIsGivenAndMergesTheAnnotationsOfActions() {
        // Given
        site.send("PUT", NS + "/actions/s?overwrite=false", sequence());
        site.send("PUT", NS + "/actions/s?overwrite=true", "{\"annotations\":[{\"key\":\"x\",\"value\":1}]}");
        // When
        TestSite.Answer limits = site.send("PUT", NS + "/actions/s?overwrite=true", "{\"limits\":{\"memory\":128}}");
        TestSite.Answer deleted = site.send("PUT", NS + "/actions/s?overwrite=true", "{\"delAnnotations\":[\"x\"]}");
        TestSite.Answer tooMuch =
                site.send("PUT", NS + "/actions/s?overwrite=true", "{\"limits\":{\"timeout\":300001}}");
        // Then
        assertThat(limits.json().path("limits").toString())
                .isEqualTo("{\"concurrency\":1,\"logs\":10,\"memory\":128,\"timeout\":60000}");
        assertThat(limits.json().path("annotations").findValuesAsText("key")).contains("x", "exec");
        assertThat(deleted.json().path("annotations").findValuesAsText("key")).doesNotContain("x");
        assertThat(deleted.json().path("version").asText()).isEqualTo("0.0.4");
        assertThat(deleted.json().path("exec").path("components").path(0).asText())
                .isEqualTo("/whisk.system/utils/echo");
        assertThat(tooMuch.status()).isEqualTo(400);
        assertThat(tooMuch.error())
                .isEqualTo("requirement failed: duration 300001 milliseconds exceeds allowed threshold of 300000"
                        + " milliseconds");
        assertThat(site.send("DELETE", NS + "/actions/s").status()).isEqualTo(200);
    }

    @Test
    void refusesSequencesThatCannotRunAndKindsOfTheProgram() {
        // When
        TestSite.Answer missing =
                site.send("PUT", NS + "/actions/s", "{\"exec\":{\"kind\":\"sequence\",\"components\":[\"/_/nope\"]}}");
        TestSite.Answer none =
                site.send("PUT", NS + "/actions/s", "{\"exec\":{\"kind\":\"sequence\",\"components\":[]}}");
        TestSite.Answer builtin = site.send(
                "PUT",
                NS + "/actions/s",
                "{\"exec\":{\"kind\":\"java:builtin\",\"code\":\"/whisk.system/utils/echo\"}}");
        // Then
        assertThat(missing.error()).isEqualTo("Sequence component does not exist.");
        assertThat(none.error()).contains("No component specified for the sequence.");
        assertThat(builtin.error()).contains("Valid values are: '").contains("'sequence'");
        assertThat(List.of(missing.status(), none.status(), builtin.status())).containsOnly(400);
    }

    @Test
    void listsNewestFirstAndCapsTheList() {
        // Given
        for (String name : List.of("a", "b", "c")) {
            site.send("PUT", NS + "/triggers/" + name, "{}");
        }
        // When
        JsonNode all = site.send("GET", NS + "/triggers?limit=0&skip=0").json();
        JsonNode one = site.send("GET", NS + "/triggers?limit=1&skip=1").json();
        // Then
        List<Long> updated = new ArrayList<>();
        all.forEach(row -> updated.add(row.path("updated").asLong()));
        assertThat(updated).hasSize(3).isSortedAccordingTo((x, y) -> Long.compare(y, x));
        assertThat(one).hasSize(1);
        assertThat(one.path(0).path("name")).isEqualTo(all.path(1).path("name"));
        assertThat(one.path(0).has("parameters")).isFalse();
        assertThat(site.send("GET", "/api/v1/namespaces/whisk.system/packages").json())
                .as("those the site was given, and samples")
                .hasSize(3);
    }

    @Test
    void installsAFeedTriggerAndRollsItBackWhenTheFeedFails() {
        try (WskEntities wsk = new WskEntities(site.whisk.apiHost(), AuthKey.GUEST, Duration.ofSeconds(10))) {
            // When
            wsk.createFeedTrigger("good", name("/whisk.system/utils/feed"), JsonObject.parse("{\"topic\":\"t/1\"}"));
            JsonNode create = feedCalls.remove();
            // Then
            assertThat(create.toString())
                    .isEqualTo(
                            "{\"topic\":\"t/1\",\"lifecycleEvent\":\"CREATE\",\"triggerName\":\"/_/good\",\"authKey\":\""
                                    + AuthKey.GUEST.reveal() + "\"}");
            assertThatThrownBy(() -> wsk.createFeedTrigger(
                            "bad", name("/whisk.system/utils/feed"), JsonObject.parse("{\"topic\":\"bad\"}")))
                    .isInstanceOf(WskException.class)
                    .hasMessageContaining("broker refused");
            assertThat(feedCalls)
                    .extracting(call -> call.path("lifecycleEvent").asText())
                    .containsExactly("CREATE", "DELETE");
            assertThat(wsk.get(WskEntities.Collection.TRIGGERS, name("bad"))).isEmpty();
            feedCalls.clear();
            wsk.deleteTrigger("good");
            assertThat(feedCalls.remove().path("lifecycleEvent").asText()).isEqualTo("DELETE");
            assertThat(wsk.list(WskEntities.Collection.TRIGGERS)).isEmpty();
        }
    }

    @Test
    void keepsWhatWasDeclaredOverARestart() {
        // Given
        try (WskEntities wsk = new WskEntities(site.whisk.apiHost(), AuthKey.GUEST, Duration.ofSeconds(10))) {
            wsk.putPackage("p", List.of(kv("k", "v")), List.of(), Optional.of(true), false);
            wsk.putTrigger("t", List.of(), List.of(), false);
            wsk.putRule("r", name("/_/t"), name("/whisk.system/utils/echo"), false);
            wsk.setRuleActive("r", false);
        }
        String before = site.send("GET", NS + "/triggers/t").body()
                + site.send("GET", NS + "/packages/p").body()
                + site.send("GET", NS + "/rules/r").body();
        site.close();
        // When
        site = new TestSite(folder, utils(echo()));
        // Then
        String after = site.send("GET", NS + "/triggers/t").body()
                + site.send("GET", NS + "/packages/p").body()
                + site.send("GET", NS + "/rules/r").body();
        assertThat(after).isEqualTo(before);
    }

    private static String id(TestSite.Answer answer) {
        return answer.json().path("activationId").asText();
    }

    private static String sequence() {
        return "{\"exec\":{\"kind\":\"sequence\",\"components\":[\"/whisk.system/utils/echo\"]}}";
    }

    private static String binding(String namespace, String name) {
        return "{\"binding\":{\"namespace\":\"" + namespace + "\",\"name\":\"" + name + "\"}}";
    }
}
