package io.fogwhisk.lean;

import static io.fogwhisk.lean.TestSite.action;
import static io.fogwhisk.lean.TestSite.echo;
import static io.fogwhisk.lean.TestSite.name;
import static io.fogwhisk.lean.TestSite.object;
import static io.fogwhisk.lean.TestSite.utils;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.lean.identity.NamespaceLimits;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.client.WskEntities;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockingCallTest {

    private static final String GATE = "/whisk.system/utils/gate";

    @TempDir
    Path folder;

    private final TestSite.Gate gate = new TestSite.Gate();

    @Test
    void canReadTheRecordFromTheMomentOfTheAnswer() {
        try (TestSite site = new TestSite(folder, utils(echo()))) {
            // When
            Outcome outcome = site.invoke("/whisk.system/utils/echo", object("n", 1));
            // Then
            String id = ((Outcome.Completed) outcome).activation().id().hex();
            assertThat(site.send("GET", "/api/v1/namespaces/_/activations/" + id)
                            .status())
                    .isEqualTo(200);
            assertThat(site.metrics.value(Meter.LEAN_ACCEPTED)).isZero();
        }
    }

    @Test
    void survivesACrashOnceItsCallerWasToldAnId() throws IOException {
        // Given
        Path copy = Files.createDirectory(folder.resolve("copy"));
        String id;
        try (TestSite site = new TestSite(limited(Duration.ofMillis(50)), utils(action("gate", gate)))) {
            Outcome outcome = site.invoke(GATE, object("n", 1));
            id = ((Outcome.Accepted) outcome).activationId().orElseThrow().hex();
            // When
            for (String name : List.of("queue.db", "queue.db-wal", "whisk.db", "whisk.db-wal")) {
                Files.copy(folder.resolve(name), copy.resolve(name));
            }
            gate.open();
            Awaitility.await().until(() -> site.whisk.depth() == 0);
        }
        // Then
        TestSite.Gate again = new TestSite.Gate();
        try (TestSite site = new TestSite(TestSite.config(copy), utils(action("gate", again)))) {
            Awaitility.await().until(() -> again.calls.size() == 1);
            assertThat(site.metrics.value(Meter.LEAN_ACCEPTED)).isZero();
            assertThat(again.calls.element().context().activationId().hex()).isEqualTo(id);
            assertThat(again.calls.element().context().acceptedNanos())
                    .isEqualTo(gate.calls.element().context().acceptedNanos());
            again.open();
        }
    }

    @Test
    void isKeptForTheNextStartWhenTheServerClosesBeforeItsEnd() {
        // Given
        CompletionStage<Outcome> pending;
        try (TestSite site = new TestSite(folder, utils(action("gate", gate)))) {
            pending = site.whisk.invoke(AuthKey.GUEST, name(GATE), object("n", 1), true);
            Awaitility.await().until(() -> gate.calls.size() == 1);
        }
        // When
        TestSite.Gate again = new TestSite.Gate();
        try (TestSite site = new TestSite(folder, utils(action("gate", again)))) {
            // Then
            assertThat(TestSite.await(pending)).isInstanceOf(Outcome.Accepted.class);
            Awaitility.await().until(() -> again.calls.size() == 1);
            again.open();
            Awaitility.await().until(() -> site.whisk.depth() == 0);
        }
    }

    @Test
    void waitsInTheQueueWhenTheActionHasNoPlace() {
        try (TestSite site = new TestSite(TestSite.config(folder, 100, 100, 1), utils(action("gate", gate)))) {
            // Given
            CompletionStage<Outcome> first = site.whisk.invoke(AuthKey.GUEST, name(GATE), object("n", 1), true);
            // When
            CompletionStage<Outcome> second = site.whisk.invoke(AuthKey.GUEST, name(GATE), object("n", 2), true);
            Awaitility.await().until(() -> site.whisk.depth() == 1);
            gate.open();
            // Then
            assertThat(TestSite.await(first)).isInstanceOf(Outcome.Completed.class);
            Awaitility.await().until(() -> gate.calls.size() == 2);
            gate.open();
            assertThat(TestSite.await(second)).isInstanceOf(Outcome.Completed.class);
        }
    }

    @Test
    void showsWhatIsUnderWayWithoutAnEnd() {
        try (TestSite site = new TestSite(TestSite.config(folder, 100, 100, 1), utils(action("gate", gate)))) {
            // Given
            site.whisk.invoke(AuthKey.GUEST, name(GATE), object("n", 1), true);
            Outcome queued = TestSite.await(site.whisk.invoke(AuthKey.GUEST, name(GATE), object("n", 2), false));
            String running = gate.calls.element().context().activationId().hex();
            String waiting =
                    ((Outcome.Accepted) queued).activationId().orElseThrow().hex();
            // When
            JsonNode first = site.send("GET", "/api/v1/namespaces/_/activations/" + running)
                    .json();
            JsonNode second = site.send("GET", "/api/v1/namespaces/_/activations/" + waiting)
                    .json();
            JsonNode list = site.send("GET", "/api/v1/namespaces/_/activations").json();
            // Then
            assertThat(first.path("response").path("status").asText()).isEqualTo("running");
            assertThat(second.path("response").path("status").asText()).isEqualTo("queued");
            assertThat(first.has("end")).isFalse();
            assertThat(list)
                    .extracting(row -> row.path("activationId").asText())
                    .containsExactly(waiting, running);
            Awaitility.await().until(() -> {
                gate.open();
                return site.whisk.depth() == 0;
            });
            assertThat(site.send("GET", "/api/v1/namespaces/_/activations/" + waiting)
                            .json()
                            .has("end"))
                    .isTrue();
        }
    }

    @Test
    void answersWhoeverAsksForAnActivationUnderWayAtItsEnd() {
        try (TestSite site = new TestSite(folder, utils(action("gate", gate)))) {
            // Given
            site.whisk.invoke(AuthKey.GUEST, name(GATE), object("n", 1), true);
            String path = "/api/v1/namespaces/_/activations/"
                    + gate.calls.element().context().activationId().hex();
            // When
            CompletableFuture<TestSite.Answer> asked = CompletableFuture.supplyAsync(() -> site.send("GET", path));
            Awaitility.await().during(Duration.ofMillis(200)).until(() -> !asked.isDone());
            gate.open();
            // Then
            assertThat(TestSite.await(asked).json().has("end")).isTrue();
        }
    }

    @Test
    void refusesMoreThanTheNamespaceMayHaveInFlightOrInAMinute() {
        NamespaceLimits limits = new NamespaceLimits(3, 1, 0, Optional.empty(), NamespaceLimits.StoreActivations.ALL);
        try (TestSite site = new TestSite(limited(limits), utils(action("gate", gate), echo()));
                WskEntities wsk = new WskEntities(site.whisk.apiHost(), AuthKey.GUEST, Duration.ofSeconds(10))) {
            // Given
            wsk.putTrigger("t", List.of(), List.of(), false);
            CompletionStage<Outcome> first = site.whisk.invoke(AuthKey.GUEST, name(GATE), object("n", 1), true);
            // When
            Outcome second = site.invoke(GATE, object("n", 2));
            gate.open();
            TestSite.await(first);
            Outcome third = site.invoke("/whisk.system/utils/echo", object("n", 3));
            Outcome fourth = site.invoke("/whisk.system/utils/echo", object("n", 4));
            Outcome fire = site.fire("/_/t", JsonObject.empty());
            // Then
            assertThat(second)
                    .isEqualTo(new Outcome.Unavailable(
                            429, "Too many concurrent requests in flight (count: 1, allowed: 1)."));
            assertThat(third).isInstanceOf(Outcome.Completed.class);
            assertThat(fourth)
                    .isEqualTo(new Outcome.Unavailable(
                            429, "Too many requests in the last minute (count: 4, allowed: 3)."));
            assertThat(fire)
                    .isEqualTo(new Outcome.Unavailable(
                            429, "Too many requests in the last minute (count: 1, allowed: 0)."));
        }
    }

    @Test
    void hasARuleActionWaitForItsNamespaceRatherThanLoseIt() {
        NamespaceLimits limits =
                new NamespaceLimits(1_000, 1, 1_000, Optional.empty(), NamespaceLimits.StoreActivations.ALL);
        try (TestSite site = new TestSite(limited(limits), utils(action("gate", gate)));
                WskEntities wsk = new WskEntities(site.whisk.apiHost(), AuthKey.GUEST, Duration.ofSeconds(10))) {
            // Given
            wsk.putTrigger("t", List.of(), List.of(), false);
            wsk.putRule("r", name("/_/t"), name(GATE), false);
            for (int i = 0; i < 3; i++) {
                site.fire("/_/t", object("n", i));
            }
            Awaitility.await().until(() -> gate.calls.size() == 1);
            // When, then
            runsThreeInOrder(site);
        }
    }

    @Test
    void doesNotHaveARuleActionWaitForWhatWaitsBehindIt() {
        NamespaceLimits limits =
                new NamespaceLimits(1_000, 1, 1_000, Optional.empty(), NamespaceLimits.StoreActivations.ALL);
        LeanConfig onePlace = TestSite.config(folder, 100, 100, 1);
        try (TestSite site = new TestSite(limited(onePlace, limits), utils(action("gate", gate)));
                WskEntities wsk = new WskEntities(site.whisk.apiHost(), AuthKey.GUEST, Duration.ofSeconds(10))) {
            // Given
            wsk.putTrigger("t", List.of(), List.of(), false);
            wsk.putRule("r", name("/_/t"), name(GATE), false);
            site.whisk.invoke(AuthKey.SYSTEM, name(GATE), object("n", 0), true);
            site.fire("/_/t", object("n", 1));
            TestSite.await(site.whisk.invoke(AuthKey.GUEST, name(GATE), object("n", 2), false));
            // When, then
            runsThreeInOrder(site);
        }
    }

    private void runsThreeInOrder(TestSite site) {
        Awaitility.await().until(() -> {
            gate.open();
            return site.whisk.depth() == 0;
        });
        assertThat(gate.calls)
                .extracting(call -> call.params().text())
                .containsExactly("{\"n\":0}", "{\"n\":1}", "{\"n\":2}");
    }

    @Test
    void saysWhichLimitsHoldForNamespacesWithoutTheirOwn() {
        NamespaceLimits limits =
                new NamespaceLimits(60, 30, 50, Optional.empty(), NamespaceLimits.StoreActivations.ALL);
        try (TestSite site = new TestSite(limited(limits))) {
            // When
            JsonNode shown = site.send("GET", "/").json().path("limits");
            // Then
            assertThat(shown.path("actions_per_minute").asInt()).isEqualTo(60);
            assertThat(shown.path("triggers_per_minute").asInt()).isEqualTo(50);
            assertThat(shown.path("concurrent_actions").asInt()).isEqualTo(30);
        }
    }

    @Test
    void storesOnlyTheActivationsThatTheNamespaceWants() {
        NamespaceLimits limits =
                new NamespaceLimits(1_000, 100, 1_000, Optional.empty(), NamespaceLimits.StoreActivations.FAILURES);
        try (TestSite site = new TestSite(limited(limits), utils(echo(), action("gate", gate)))) {
            // When
            Outcome good = site.invoke("/whisk.system/utils/echo", object("n", 1));
            Outcome bad = site.invoke("/whisk.system/utils/echo", JsonObject.parse("{\"error\":\"no\"}"));
            // Then
            assertThat(good).isInstanceOf(Outcome.Completed.class);
            String kept = ((Outcome.Completed) bad).activation().id().hex();
            JsonNode list = site.send("GET", "/api/v1/namespaces/_/activations").json();
            assertThat(list)
                    .extracting(row -> row.path("activationId").asText())
                    .containsExactly(kept);
        }
    }

    private LeanConfig limited(Duration blockingLimit) {
        LeanConfig defaults = TestSite.config(folder);
        return new LeanConfig(
                "test",
                defaults.host(),
                0,
                folder,
                defaults.identities(),
                Duration.ZERO,
                defaults.bounds(),
                blockingLimit,
                defaults.retention(),
                defaults.runtimes());
    }

    private LeanConfig limited(NamespaceLimits limits) {
        return limited(TestSite.config(folder), limits);
    }

    private LeanConfig limited(LeanConfig defaults, NamespaceLimits limits) {
        IdentitySource all = defaults.identities();
        IdentitySource limited = new IdentitySource() {
            @Override
            public @Nullable Identity byKey(AuthKey key) {
                return with(all.byKey(key));
            }

            @Override
            public @Nullable Identity byNamespace(String namespace) {
                return with(all.byNamespace(namespace));
            }

            @Override
            public NamespaceLimits defaultLimits() {
                return limits;
            }

            private @Nullable Identity with(@Nullable Identity identity) {
                return identity == null
                        ? null
                        : new Identity(identity.subject(), identity.namespace(), identity.key(), limits);
            }
        };
        return new LeanConfig(
                "test",
                defaults.host(),
                0,
                folder,
                limited,
                Duration.ZERO,
                defaults.bounds(),
                defaults.blockingLimit(),
                defaults.retention(),
                defaults.runtimes());
    }
}
