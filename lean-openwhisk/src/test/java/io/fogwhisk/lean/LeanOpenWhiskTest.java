package io.fogwhisk.lean;

import static io.fogwhisk.lean.TestSite.action;
import static io.fogwhisk.lean.TestSite.await;
import static io.fogwhisk.lean.TestSite.echo;
import static io.fogwhisk.lean.TestSite.kv;
import static io.fogwhisk.lean.TestSite.name;
import static io.fogwhisk.lean.TestSite.object;
import static io.fogwhisk.lean.TestSite.utils;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.wsk.EntityListing;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.client.WskEntities;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeanOpenWhiskTest {

    @TempDir
    Path folder;

    private final TestSite.Gate gate = new TestSite.Gate();

    @Test
    void runsTheActionsOfBothRulesOfATrigger() {
        TestSite.Gate second = new TestSite.Gate();
        try (TestSite site = new TestSite(folder, utils(action("one", gate), action("two", second)));
                WskEntities wsk = entities(site)) {
            // Given
            wsk.putTrigger("t", List.of(kv("unit", "C")), List.of(), false);
            wsk.putRule("r1", name("/_/t"), name("/whisk.system/utils/one"), false);
            wsk.putRule("r2", name("/_/t"), name("/whisk.system/utils/two"), false);
            // When
            Outcome outcome = site.fire("/_/t", object("value", 7));
            // Then
            Awaitility.await().until(() -> gate.calls.size() == 1 && second.calls.size() == 1);
            assertThat(gate.calls.peek().params().text()).isEqualTo("{\"unit\":\"C\",\"value\":7}");
            assertThat(gate.calls.peek().context().key()).isEqualTo(AuthKey.GUEST);
            assertThat(gate.calls.peek().context().acceptedNanos())
                    .isEqualTo(second.calls.peek().context().acceptedNanos());
            gate.open();
            second.open();
            String id =
                    ((Outcome.Accepted) outcome).activationId().orElseThrow().hex();
            JsonNode trigger = stored(site, id);
            assertThat(trigger.path("logs")).hasSize(2);
            assertThat(trigger.path("response").path("result").toString()).isEqualTo("{\"value\":7}");
            assertThat(trigger.has("end")).isFalse();
            assertThat(trigger.path("logs").path(0).asText())
                    .contains("\"rule\":\"guest/r1\"", "\"action\":\"whisk.system/utils/one\"", "\"success\":true");
            JsonNode action =
                    stored(site, gate.calls.peek().context().activationId().hex());
            assertThat(action.path("name").asText()).isEqualTo("one");
            assertThat(action.path("namespace").asText()).isEqualTo("guest");
            assertThat(action.path("response").path("status").asText()).isEqualTo("success");
        }
    }

    @Test
    void answersAFireWithoutAnActiveRuleWithoutRecordingIt() {
        try (TestSite site = new TestSite(folder, utils(echo()));
                WskEntities wsk = entities(site)) {
            // Given
            wsk.putTrigger("t", List.of(), List.of(), false);
            wsk.putRule("r", name("/_/t"), name("/whisk.system/utils/echo"), false);
            wsk.setRuleActive("r", false);
            // When
            Outcome outcome = site.fire("/_/t", JsonObject.empty());
            // Then
            assertThat(outcome).isEqualTo(new Outcome.Accepted(Optional.empty()));
            assertThat(site.send("POST", "/api/v1/namespaces/_/triggers/t", "{}")
                            .status())
                    .isEqualTo(204);
            assertThat(site.send("GET", "/api/v1/namespaces/_/activations").json())
                    .isEmpty();
        }
    }

    @Test
    void refusesAnUnknownTriggerAndAnUnknownKeyForGood() {
        try (TestSite site = new TestSite(folder)) {
            // Given
            AuthKey unknown = new AuthKey(AuthKey.GUEST.uuid(), "y".repeat(64));
            // When
            Outcome noTrigger = site.fire("/_/nope", JsonObject.empty());
            Outcome noKey = await(site.whisk.fire(unknown, name("/_/t"), JsonObject.empty()));
            Outcome foreign = site.fire("/whisk.system/t", JsonObject.empty());
            // Then
            assertThat(noTrigger).isEqualTo(new Outcome.Rejected(404, "The requested resource does not exist."));
            assertThat(noKey).isEqualTo(new Outcome.Rejected(401, "The supplied authentication is invalid"));
            assertThat(foreign)
                    .isEqualTo(new Outcome.Rejected(
                            403, "The supplied authentication is not authorized to access 'whisk.system/t'."));
            assertThat(await(site.whisk.namespaceOf(AuthKey.GUEST))).contains("guest");
            assertThat(await(site.whisk.namespaceOf(unknown))).isEmpty();
        }
    }

    @Test
    void inheritsParametersFromPackageBindingActionAndPayloadInThatOrder() {
        BuiltInPackage pkg = new BuiltInPackage(
                "utils", List.of(kv("a", "package"), kv("b", "package"), kv("c", "package")), List.of(echo()));
        try (TestSite site = new TestSite(folder, pkg);
                WskEntities wsk = entities(site)) {
            // Given
            wsk.bindPackage(
                    name("/whisk.system/utils"), "mine", List.of(kv("b", "binding"), kv("c", "binding")), false);
            // When
            Outcome outcome = site.invoke("/_/mine/echo", object("c", 3));
            // Then
            Activation activation = ((Outcome.Completed) outcome).activation();
            assertThat(activation.result().toString()).isEqualTo("{\"a\":\"package\",\"b\":\"binding\",\"c\":3}");
            assertThat(activation.annotations())
                    .contains(kv("path", "whisk.system/utils/echo"), kv("binding", "guest/mine"));
        }
    }

    @Test
    void recordsAnActionThatThrowsAsADeveloperErrorAndGoesOn() {
        BuiltInPackage pkg = utils(
                echo(),
                action("bad", (params, context) -> {
                    throw new IllegalStateException("poison");
                }),
                action("fails", (params, context) -> CompletableFuture.failedFuture(new IllegalStateException("late"))),
                action(
                        "error",
                        (params, context) -> CompletableFuture.completedFuture(JsonObject.parse("{\"error\":\"no\"}"))),
                action("null", (params, context) -> nothing()));
        try (TestSite site = new TestSite(folder, pkg)) {
            // When
            Activation thrown = completed(site.invoke("/whisk.system/utils/bad", JsonObject.empty()));
            Activation late = completed(site.invoke("/whisk.system/utils/fails", JsonObject.empty()));
            Activation error = completed(site.invoke("/whisk.system/utils/error", JsonObject.empty()));
            Activation nothing = completed(site.invoke("/whisk.system/utils/null", JsonObject.empty()));
            Activation well = completed(site.invoke("/whisk.system/utils/echo", JsonObject.empty()));
            // Then
            assertThat(thrown.status()).isEqualTo(ActivationStatus.DEVELOPER_ERROR);
            assertThat(thrown.result().path("error").asText()).contains("poison");
            assertThat(late.result().path("error").asText()).contains("late");
            assertThat(error.status()).isEqualTo(ActivationStatus.APPLICATION_ERROR);
            assertThat(nothing.status()).isEqualTo(ActivationStatus.DEVELOPER_ERROR);
            assertThat(well.success()).isTrue();
            assertThat(site.metrics.value(Meter.LEAN_FAILED)).isEqualTo(4);
        }
    }

    @SuppressWarnings("NullAway") // what an action that breaks its contract does
    private static CompletionStage<JsonObject> nothing() {
        return null;
    }

    @Test
    void endsAnActionThatOutlastsItsTimeLimit() {
        try (TestSite site = new TestSite(folder, utils(action("slow", gate)))) {
            // Given
            site.send(
                    "PUT",
                    "/api/v1/namespaces/whisk.system/actions/utils/slow?overwrite=true",
                    "{\"limits\":{\"timeout\":100}}",
                    request -> request.header("Authorization", AuthKey.SYSTEM.basicHeader()));
            // When
            Activation activation = completed(site.invoke("/whisk.system/utils/slow", JsonObject.empty()));
            // Then
            assertThat(activation.status()).isEqualTo(ActivationStatus.DEVELOPER_ERROR);
            assertThat(activation.result().path("error").asText())
                    .isEqualTo("The action exceeded its time limits of 100 milliseconds.");
            assertThat(activation.annotations()).contains(kv("timeout", true));
        }
    }

    @Test
    void runsNoMoreActivationsAtATimeThanAllowed() {
        try (TestSite site = new TestSite(TestSite.config(folder, 1_000, 100, 3), utils(action("gate", gate)))) {
            // Given
            for (int i = 0; i < 5; i++) {
                await(site.whisk.invoke(AuthKey.GUEST, name("/whisk.system/utils/gate"), object("n", i), false));
            }
            Awaitility.await().until(() -> gate.calls.size() == 3);
            // When
            gate.calls.peek().result().complete(JsonObject.empty());
            // Then
            Awaitility.await().until(() -> gate.calls.size() == 4);
            gate.open();
            Awaitility.await().until(() -> gate.calls.size() == 5);
            gate.open();
        }
    }

    @Test
    void refusesWhenTheQueueIsFullAndSaysSoOverRest() {
        try (TestSite site = new TestSite(TestSite.config(folder, 2, 100, 1), utils(action("gate", gate)))) {
            // Given
            String path = "/api/v1/namespaces/whisk.system/actions/utils/gate";
            assertThat(site.send("POST", path, "{}").status()).isEqualTo(202);
            assertThat(site.send("POST", path, "{}").status()).isEqualTo(202);
            // When
            TestSite.Answer full = site.send("POST", path, "{}");
            // Then
            assertThat(full.status()).isEqualTo(429);
            assertThat(full.error()).isEqualTo("the queue of OpenWhisk test is full (2 entries)");
            assertThat(full.json().path("code").asText()).isEqualTo(full.header("X-Request-ID"));
            assertThat(site.metrics.value(Meter.LEAN_REFUSED)).isEqualTo(1);
            Awaitility.await().until(() -> {
                gate.open();
                return site.send("POST", path, "{}").status() == 202;
            });
            gate.open();
        }
    }

    @Test
    void runsAgainAfterARestartWhatWasAcceptedAndNotDone() {
        // Given
        long accepted;
        LeanConfig config = TestSite.config(folder, 1_000, 100, 2);
        try (TestSite site = new TestSite(config, utils(action("gate", gate)))) {
            for (int i = 0; i < 4; i++) {
                await(site.whisk.invoke(AuthKey.GUEST, name("/whisk.system/utils/gate"), object("n", i), false));
            }
            Awaitility.await().until(() -> gate.calls.size() == 2);
            TestSite.Gate.Call first = gate.calls.remove();
            first.result().complete(JsonObject.empty());
            stored(site, first.context().activationId().hex());
            accepted = gate.calls.peek().context().acceptedNanos();
        }
        TestSite.Gate again = new TestSite.Gate();
        // When
        try (TestSite site = new TestSite(TestSite.config(folder), utils(action("gate", again)))) {
            // Then
            Awaitility.await().until(() -> again.calls.size() == 3);
            assertThat(site.metrics.value(Meter.LEAN_ACCEPTED)).isZero();
            assertThat(again.calls)
                    .extracting(call -> call.params().text())
                    .containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
            assertThat(again.calls.peek().context().acceptedNanos()).isEqualTo(accepted);
            assertThat(again.calls.peek().context().activationId())
                    .isEqualTo(gate.calls.peek().context().activationId());
            again.open();
        }
    }

    @Test
    void recordsWhyWhenTheActionIsGoneBeforeItsTurn() {
        // Given
        try (TestSite site = new TestSite(TestSite.config(folder, 1_000, 100, 1), utils(action("gate", gate)))) {
            await(site.whisk.invoke(AuthKey.GUEST, name("/whisk.system/utils/gate"), object("n", 0), false));
        }
        // When
        try (TestSite site = new TestSite(folder)) {
            // Then
            Awaitility.await().until(() -> site.metrics.value(Meter.LEAN_ACTIVATIONS) == 1);
            JsonNode records = site.send("GET", "/api/v1/namespaces/_/activations?docs=true")
                    .json();
            assertThat(records.path(0)
                            .path("response")
                            .path("result")
                            .path("error")
                            .asText())
                    .isEqualTo("Action could not be found or may have been deleted.");
        }
    }

    @Test
    void installsItsPackagesOnceAndCountsOnlyChanges() {
        // Given
        List<String> versions = new ArrayList<>();
        BuiltInPackage before = new BuiltInPackage("utils", List.of(kv("url", "a")), List.of(echo()));
        BuiltInPackage after = new BuiltInPackage("utils", List.of(kv("url", "b")), List.of());
        // When
        for (BuiltInPackage pkg : List.of(before, before, after)) {
            try (TestSite site = new TestSite(folder, pkg)) {
                JsonNode json = site.send("GET", "/api/v1/namespaces/whisk.system/packages/utils")
                        .json();
                versions.add(json.path("version").asText() + " "
                        + json.path("actions").size());
            }
        }
        // Then
        assertThat(versions).containsExactly("0.0.1 1", "0.0.1 1", "0.0.2 0");
    }

    @Test
    void listsWhatItCanBeAskedToDoAndTellsWhenThatChanges() {
        try (TestSite site = new TestSite(folder, utils(echo()));
                WskEntities wsk = entities(site)) {
            // Given
            AtomicInteger changes = new AtomicInteger();
            EntityListing.Registration registration = site.whisk.onChange(changes::incrementAndGet);
            // When
            wsk.putTrigger("t", List.of(), List.of(), false);
            wsk.bindPackage(name("/whisk.system/utils"), "mine", List.of(), false);
            int afterTwo = changes.get();
            wsk.putTrigger("t", List.of(kv("a", 1)), List.of(), true);
            int afterUpdate = changes.get();
            registration.close();
            wsk.deleteTrigger("t");
            // Then
            assertThat(afterTwo).isEqualTo(2);
            assertThat(afterUpdate).isEqualTo(2);
            assertThat(changes.get()).isEqualTo(2);
            assertThat(site.whisk.triggers()).isEmpty();
            assertThat(site.whisk.actions())
                    .filteredOn(action -> action.toString().contains("utils")
                            || action.toString().contains("mine"))
                    .containsExactlyInAnyOrder(
                            QualifiedName.of("whisk.system", "utils", "echo"),
                            QualifiedName.of("guest", "mine", "echo"));
        }
    }

    @Test
    void answersABlockingCallThatTakesTooLongWithTheIdAlone() {
        LeanConfig defaults = TestSite.config(folder);
        LeanConfig config = new LeanConfig(
                "test",
                defaults.host(),
                0,
                folder,
                defaults.identities(),
                Duration.ZERO,
                new LeanConfig.Bounds(100, 100, 10),
                Duration.ofMillis(50),
                defaults.retention(),
                defaults.runtimes());
        try (TestSite site = new TestSite(config, utils(action("gate", gate)))) {
            // When
            Outcome outcome = site.invoke("/whisk.system/utils/gate", JsonObject.empty());
            // Then
            assertThat(outcome).isInstanceOf(Outcome.Accepted.class);
            Awaitility.await().until(() -> gate.calls.size() == 1);
            assertThat(((Outcome.Accepted) outcome).activationId())
                    .contains(gate.calls.peek().context().activationId());
            gate.open();
        }
    }

    @Test
    void runsASequenceComponentByComponent() {
        BuiltInPackage pkg = utils(
                echo(),
                action(
                        "add",
                        (params, context) -> CompletableFuture.completedFuture(
                                object("n", params.tree().path("n").asInt() + 1))),
                action(
                        "stop",
                        (params, context) ->
                                CompletableFuture.completedFuture(JsonObject.parse("{\"error\":\"stop\"}"))));
        try (TestSite site = new TestSite(folder, pkg)) {
            // Given
            String add = "\"/whisk.system/utils/add\"";
            site.send("PUT", "/api/v1/namespaces/_/actions/twice", sequence(add + "," + add));
            site.send(
                    "PUT",
                    "/api/v1/namespaces/_/actions/fails",
                    sequence("\"/_/twice\",\"/whisk.system/utils/stop\"," + add));
            // When
            Activation twice = completed(site.invoke("/_/twice", object("n", 1)));
            Activation fails = completed(site.invoke("/_/fails", object("n", 1)));
            // Then
            assertThat(twice.result().toString()).isEqualTo("{\"n\":3}");
            assertThat(twice.logs()).hasSize(2);
            JsonNode component = stored(site, twice.logs().get(1));
            assertThat(component.path("cause").asText()).isEqualTo(twice.id().hex());
            assertThat(fails.status()).isEqualTo(ActivationStatus.APPLICATION_ERROR);
            assertThat(fails.logs()).hasSize(2);
        }
    }

    @Test
    void hidesItsKeysInItsTextForm() {
        assertThat(TestSite.config(folder).toString())
                .contains("name=test")
                .doesNotContain(AuthKey.GUEST.secret(), AuthKey.GUEST.uuid().toString());
    }

    private static String sequence(String components) {
        return "{\"exec\":{\"kind\":\"sequence\",\"components\":[" + components + "]}}";
    }

    private static Activation completed(Outcome outcome) {
        return ((Outcome.Completed) outcome).activation();
    }

    private static JsonNode stored(TestSite site, String id) {
        String path = "/api/v1/namespaces/_/activations/" + id;
        Awaitility.await().until(() -> site.send("GET", path).status() == 200);
        return site.send("GET", path).json();
    }

    private static WskEntities entities(TestSite site) {
        return new WskEntities(site.whisk.apiHost(), AuthKey.GUEST, Duration.ofSeconds(10));
    }
}
