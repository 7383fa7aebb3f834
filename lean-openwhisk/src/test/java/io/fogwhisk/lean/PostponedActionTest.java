package io.fogwhisk.lean;

import static io.fogwhisk.lean.TestSite.action;
import static io.fogwhisk.lean.TestSite.kv;
import static io.fogwhisk.lean.TestSite.name;
import static io.fogwhisk.lean.TestSite.object;
import static io.fogwhisk.lean.TestSite.utils;
import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.action.TryAgainException;
import io.fogwhisk.wsk.client.WskEntities;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Actions that cannot do their work now and ask to be run again. */
class PostponedActionTest {

    @TempDir
    Path folder;

    @Test
    void runsAnActionAgainUntilItNoLongerAsksForIt() {
        // Given: the way is barred twice
        AtomicInteger attempts = new AtomicInteger();
        List<Long> accepted = new CopyOnWriteArrayList<>();
        BuiltInPackage.BuiltInAction patient = action("patient", (params, context) -> {
            accepted.add(context.acceptedNanos());
            return attempts.incrementAndGet() < 3
                    ? CompletableFuture.failedFuture(new TryAgainException("the disk is full"))
                    : CompletableFuture.completedFuture(params);
        });
        try (TestSite site = new TestSite(folder, utils(patient))) {
            // When
            Outcome outcome = site.invoke("/whisk.system/utils/patient", object("value", 7));
            // Then: one activation, of the same invocation
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Completed.class,
                            completed ->
                                    assertThat(completed.activation().success()).isTrue());
            assertThat(attempts).hasValue(3);
            assertThat(accepted).containsOnly(accepted.get(0));
            assertThat(site.metrics.value(Meter.LEAN_POSTPONED)).isEqualTo(2);
            assertThat(site.metrics.value(Meter.LEAN_ACTIVATIONS)).isEqualTo(1);
        }
    }

    @Test
    void runsAnActionAgainWithTheParametersThatItHasByThen() {
        // Given: what is in the way is a parameter of the binding
        BuiltInPackage.BuiltInAction picky = action(
                "picky",
                (params, context) -> params.tree().path("disk").asText().equals("full")
                        ? CompletableFuture.failedFuture(new TryAgainException("the disk is full"))
                        : CompletableFuture.completedFuture(params));
        try (TestSite site = new TestSite(folder, utils(picky));
                WskEntities wsk = entities(site)) {
            wsk.bindPackage(name("/whisk.system/utils"), "bound", List.of(kv("disk", "full")), false);
            site.whisk.invoke(AuthKey.GUEST, name("/_/bound/picky"), JsonObject.empty(), false);
            Awaitility.await().until(() -> site.metrics.value(Meter.LEAN_POSTPONED) > 0);
            // When
            wsk.bindPackage(name("/whisk.system/utils"), "bound", List.of(kv("disk", "free")), true);
            // Then
            Awaitility.await().until(() -> site.metrics.value(Meter.LEAN_ACTIVATIONS) == 1);
            assertThat(site.metrics.value(Meter.LEAN_FAILED)).isZero();
        }
    }

    private static WskEntities entities(TestSite site) {
        return new WskEntities(site.whisk.apiHost(), AuthKey.GUEST, Duration.ofSeconds(10));
    }
}
