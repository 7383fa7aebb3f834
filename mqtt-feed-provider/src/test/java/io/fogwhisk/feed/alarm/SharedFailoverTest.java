package io.fogwhisk.feed.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.PostgresServer;
import io.fogwhisk.feed.ProviderFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFailoverTest {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String EVERY_SECOND = "* * * * * *";
    private static final int ALARMS = 5;
    /** By then a provider that was killed is known to be dead, and what it had taken is fired. */
    private static final long TAKEN_OVER_MILLIS = 14_000;

    private static PostgresServer postgres;

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();

    @BeforeAll
    static void startDatabase() {
        postgres = PostgresServer.start();
    }

    @AfterAll
    static void stopDatabase() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void aProviderThatIsKilledLosesNoTickAndTheOtherFiresNoneTwice() {
        try (ProviderFixture maker = SharedProviders.start("two", folder, postgres.url(), target)) {
            for (int i = 0; i < ALARMS; i++) {
                SharedProviders.alarm(maker, "all" + i, Map.of("cron", EVERY_SECOND, "misfire", "all", "time", true));
                SharedProviders.alarm(maker, "skip" + i, Map.of("cron", EVERY_SECOND, "time", true));
            }
            SharedProviders.alarm(maker, "counted", Map.of("cron", EVERY_SECOND, "maxTriggers", 12, "time", true));
        }
        List<String> names = IntStream.range(0, ALARMS)
                .boxed()
                .flatMap(i -> Stream.of("all" + i, "skip" + i))
                .toList();
        try (ProviderProcess first = ProviderProcess.start("one", folder, postgres.url())) {
            // Given: whoever is alone takes all ticks and mostly goes on taking them; it has caught up
            await().atMost(SOON).until(() -> {
                long recent = System.currentTimeMillis() - 1_500;
                return names.stream()
                        .allMatch(name -> first.times("/guest/" + name).stream().anyMatch(at -> at > recent));
            });
            failOver(first, names);
        }
    }

    private void failOver(ProviderProcess first, List<String> names) {
        try (ProviderFixture second = SharedProviders.start("two", folder, postgres.url(), target)) {
            // When
            first.kill();
            long killed = System.currentTimeMillis();

            // Then
            await().atMost(SOON)
                    .until(() -> names.stream()
                            .allMatch(name -> times(name).stream().anyMatch(at -> at > killed + TAKEN_OVER_MILLIS)));
            for (String name : names) {
                List<Long> all = new ArrayList<>(first.times("/guest/" + name));
                all.addAll(times(name));
                List<Long> ticks = all.stream().distinct().sorted().toList();
                long missing = (ticks.get(ticks.size() - 1) - ticks.get(0)) / 1_000 + 1 - ticks.size();
                // The tick that was under way is the one that nobody can know of.
                String what =
                        name + ", killed at " + killed + ": " + first.times("/guest/" + name) + " then " + times(name);
                assertThat(all.size() - ticks.size()).as(what).isLessThanOrEqualTo(name.startsWith("all") ? 1 : 0);
                assertThat(missing).as(what).isLessThanOrEqualTo(name.startsWith("all") ? 0 : 1);
            }
            await().atMost(SOON)
                    .until(() -> second.get("/alarm/guest/counted")
                            .body()
                            .at("/status/reason/message")
                            .asText()
                            .equals("Automatically disabled after maxTriggers fires"));
            assertThat(first.times("/guest/counted").size() + times("counted").size())
                    .isBetween(11, 12);
            names.forEach(name -> second.delete("/alarm/guest/" + name));
            second.delete("/alarm/guest/counted");
        }
    }

    @Test
    void aDatabaseThatCrashesDelaysAlarmsAndHealthSaysSo() {
        try (ProviderFixture first = SharedProviders.start("one", folder, postgres.url(), target);
                ProviderFixture second = SharedProviders.start("two", folder, postgres.url(), target)) {
            // Given
            SharedProviders.alarm(first, "kept", Map.of("cron", EVERY_SECOND, "misfire", "all", "time", true));
            await().atMost(SOON).until(() -> times("kept").size() >= 3);

            // When
            postgres.crash();
            await().atMost(SOON)
                    .until(() -> Stream.of(first, second)
                            .allMatch(provider -> provider.get("/health")
                                    .body()
                                    .at("/problems/0")
                                    .asText()
                                    .startsWith("alarms wait for the shared schedule at " + postgres.url())));
            assertThat(first.get("/health").body().path("status").asText()).isEqualTo("degraded");
            postgres.again();
            long back = System.currentTimeMillis();

            // Then
            await().atMost(SOON).until(() -> times("kept").stream().anyMatch(at -> at > back + 2_000));
            await().atMost(SOON)
                    .until(() -> Stream.of(first, second)
                            .allMatch(provider -> provider.get("/health?strict").status() == 200));
            List<Long> all = times("kept");
            List<Long> ticks = all.stream().distinct().toList();
            long missing = (ticks.get(ticks.size() - 1) - ticks.get(0)) / 1_000 + 1 - ticks.size();
            // Of what each provider was taking in the moment of the crash, nobody can know whether it was taken.
            assertThat(all.size() - ticks.size()).isLessThanOrEqualTo(2);
            assertThat(missing).isLessThanOrEqualTo(2);

            // When: nothing is stuck
            SharedProviders.alarm(second, "later", Map.of("cron", EVERY_SECOND, "time", true));

            // Then
            await().atMost(SOON).until(() -> times("later").size() >= 2);
            first.delete("/alarm/guest/kept");
            first.delete("/alarm/guest/later");
        }
    }

    private List<Long> times(String trigger) {
        return target.attempts().stream()
                .filter(attempt -> attempt.trigger().equals("/guest/" + trigger))
                .map(attempt -> attempt.payload().tree().path("scheduled").asLong())
                .sorted()
                .toList();
    }
}
