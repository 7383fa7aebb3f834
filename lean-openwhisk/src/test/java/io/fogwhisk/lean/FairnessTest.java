package io.fogwhisk.lean;

import static io.fogwhisk.lean.TestSite.action;
import static io.fogwhisk.lean.TestSite.name;
import static io.fogwhisk.lean.TestSite.object;
import static io.fogwhisk.lean.TestSite.utils;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.client.WskEntities;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FairnessTest {

    @TempDir
    Path folder;

    private final TestSite.Gate slow = new TestSite.Gate();
    private final TestSite.Gate good = new TestSite.Gate();

    @Test
    void runsOtherActionsWhileThousandsOfOneWaitAndKeepsTheirOrder() {
        int many = 2_000;
        try (TestSite site = site()) {
            // Given
            List<CompletionStage<Outcome>> accepted = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                accepted.add(site.whisk.invoke(AuthKey.GUEST, name("/whisk.system/utils/slow"), object("n", i), false));
                if (accepted.size() % 50 == 0) {
                    accepted.forEach(TestSite::await);
                }
            }
            accepted.forEach(stage -> assertThat(TestSite.await(stage)).isInstanceOf(Outcome.Accepted.class));
            // When
            site.whisk.invoke(AuthKey.GUEST, name("/whisk.system/utils/good"), object("n", 1), false);
            // Then
            Awaitility.await().until(() -> good.calls.size() == 1);
            assertThat(slow.calls).hasSize(8);
            good.open();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                slow.open();
                return site.whisk.depth() == 0;
            });
            assertThat(slow.calls)
                    .extracting(call -> call.params().tree().path("n").asInt())
                    .containsExactlyElementsOf(IntStream.range(0, many).boxed().toList());
        }
    }

    @Test
    void runsTheOtherActionOfATriggerWhenTheFirstHasNoPlace() {
        try (TestSite site = site();
                WskEntities wsk = new WskEntities(site.whisk.apiHost(), AuthKey.GUEST, Duration.ofSeconds(10))) {
            // Given
            wsk.putTrigger("t", List.of(), List.of(), false);
            wsk.putRule("r1", name("/_/t"), name("/whisk.system/utils/slow"), false);
            wsk.putRule("r2", name("/_/t"), name("/whisk.system/utils/good"), false);
            for (int i = 0; i < 20; i++) {
                site.whisk.invoke(AuthKey.GUEST, name("/whisk.system/utils/slow"), object("n", i), false);
            }
            Awaitility.await().until(() -> slow.calls.size() == 8);
            // When
            Outcome fired = site.fire("/_/t", object("n", 99));
            // Then
            Awaitility.await().until(() -> good.calls.size() == 1);
            good.open();
            String trigger =
                    ((Outcome.Accepted) fired).activationId().orElseThrow().hex();
            Awaitility.await().until(() -> {
                slow.open();
                return site.whisk.depth() == 0;
            });
            TestSite.Gate.Call late = slow.calls.stream()
                    .filter(call -> call.params().tree().path("n").asInt() == 99)
                    .findFirst()
                    .orElseThrow();
            TestSite.Gate.Call early = good.calls.element();
            assertThat(late.context().acceptedNanos()).isEqualTo(early.context().acceptedNanos());
            JsonNode record = site.send("GET", "/api/v1/namespaces/_/activations/" + trigger)
                    .json();
            assertThat(record.path("logs").toString())
                    .contains(
                            late.context().activationId().hex(),
                            early.context().activationId().hex());
            JsonNode action = site.send(
                            "GET",
                            "/api/v1/namespaces/_/activations/"
                                    + late.context().activationId().hex())
                    .json();
            assertThat(action.path("cause").asText()).isEqualTo(trigger);
        }
    }

    private TestSite site() {
        return new TestSite(
                TestSite.config(folder, 100_000, 60, 10), utils(action("slow", slow), action("good", good)));
    }
}
