package io.fogwhisk.feed.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.ProviderFixture.Answer;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlarmFeedsTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String EVERY_SECOND = "* * * * * *";

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();
    private ProviderFixture provider;

    @BeforeEach
    void start() {
        provider = ProviderFixture.start(folder, target);
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void firesEverySecondWithThePayloadAloneAndStopsWhenDeleted() {
        // When
        alarm("tick", Map.of("cron", EVERY_SECOND, "trigger_payload", Map.of("window", 30)));

        // Then
        await().atMost(SOON).until(() -> target.attempts().size() >= 3);
        assertThat(target.attempts())
                .allMatch(attempt -> attempt.trigger().equals("/guest/tick"))
                .allMatch(attempt -> attempt.key().equals(AuthKey.GUEST))
                .allMatch(attempt -> attempt.payload().text().equals("{\"window\":30}"));
        assertThat(provider.get("/alarm/guest/tick").body().at("/status/next").asText())
                .isNotEmpty();
        provider.delete("/alarm/guest/tick");
        int before = target.attempts().size();
        await().during(Duration.ofMillis(2_100))
                .atMost(SOON)
                .until(() -> target.attempts().size() <= before + 1);
        assertThat(provider.get("/alarm/guest/tick").status()).isEqualTo(404);
    }

    @Test
    void goesOnAfterARestart() {
        // Given
        alarm("tick", Map.of("cron", EVERY_SECOND));
        provider.close();
        int before = target.attempts().size();

        // When
        provider = ProviderFixture.start(folder, target);

        // Then
        await().atMost(SOON).until(() -> target.attempts().size() > before);
    }

    @Test
    void triesATickAgainUntilTheOpenWhiskIsBack() {
        // Given
        AtomicBoolean away = new AtomicBoolean(true);
        target.answer(attempt -> away.get() ? FakeOpenWhisk.AWAY : FakeOpenWhisk.ACCEPTED);

        // When
        alarm("tick", Map.of("cron", EVERY_SECOND));
        await().atMost(SOON).until(() -> target.attempts().size() >= 3);
        away.set(false);

        // Then
        await().atMost(SOON)
                .until(() -> provider.get("/alarm/guest/tick")
                                .body()
                                .at("/status/fired")
                                .asLong()
                        > 0);
        assertThat(provider.get("/alarm/guest/tick")
                        .body()
                        .at("/status/retried")
                        .asLong())
                .isPositive();
    }

    @Test
    void aRefusedTickDisablesTheAlarmUntilItIsUpdated() {
        // Given
        target.answer(attempt -> new Outcome.Rejected(404, "The requested resource does not exist."));

        // When
        alarm("tick", Map.of("cron", EVERY_SECOND));

        // Then
        await().atMost(SOON).until(() -> !status("tick").path("active").asBoolean());
        assertThat(status("tick").at("/reason/kind").asText()).isEqualTo("AUTO");
        assertThat(status("tick").at("/reason/statusCode").asInt()).isEqualTo(404);
        int before = target.attempts().size();
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        provider.send(
                "PUT",
                "/alarm/guest/tick",
                Map.of("trigger_payload", Map.of("again", true)),
                AuthKey.GUEST.basicHeader());
        assertThat(status("tick").path("active").asBoolean()).isTrue();
        await().atMost(SOON).until(() -> target.attempts().size() > before);
        assertThat(provider.get("/alarm/guest/tick").body().at("/config/cron").asText())
                .isEqualTo(EVERY_SECOND);
    }

    @Test
    void disablesItselfWhenTheStopDateHasPassed() {
        // When
        alarm(
                "tick",
                Map.of(
                        "cron",
                        EVERY_SECOND,
                        "stopDate",
                        Instant.now().plusSeconds(3).toString()));

        // Then
        await().atMost(SOON).until(() -> !status("tick").path("active").asBoolean());
        assertThat(status("tick").at("/reason/message").asText()).isEqualTo("the stop date has expired");
        assertThat(target.attempts()).isNotEmpty();
    }

    @Test
    void aDayThatSatisfiesBothDayFieldsFiresOnce() {
        // Given: both fields restricted, and any day around today satisfies both
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        int otherDay = today.getDayOfMonth() <= 15 ? 28 : 5;
        int otherWeekday = today.plusDays(3).getDayOfWeek().getValue() % 7;
        String days = without(1, 31, otherDay);
        String weekdays = without(0, 6, otherWeekday);
        long start = System.nanoTime();

        // When
        alarm("tick", Map.of("cron", "* * * " + days + " * " + weekdays));

        // Then
        await().atMost(SOON).until(() -> status("tick").path("received").asLong() >= 4);
        long received = status("tick").path("received").asLong();
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        assertThat(received).isLessThanOrEqualTo(seconds + 1);
    }

    @Test
    void refusesDatesInThePastAndPatternsThatNeverCome() {
        Instant now = Instant.parse("2030-01-01T00:00:00Z");

        assertThatExceptionOfType(FeedException.class)
                .isThrownBy(() -> AlarmFeeds.check(spec("\"cron\":\"* * * * *\",\"startDate\":\"2029-12-31\""), now))
                .withMessage("startDate parameter '2029-12-31T00:00:00Z' must be in the future");
        assertThatExceptionOfType(FeedException.class)
                .isThrownBy(() -> AlarmFeeds.check(spec("\"cron\":\"0 0 30 2 *\""), now))
                .withMessage("cron pattern '0 0 30 2 *' is not valid");
        assertThatExceptionOfType(FeedException.class)
                .isThrownBy(() -> AlarmFeeds.check(spec("\"cron\":\"0 12 2 1 *\",\"stopDate\":\"2030-01-02\""), now))
                .withMessage("the first scheduled trigger fire is not until after the stop date");
    }

    private static String without(int from, int to, int other) {
        return IntStream.rangeClosed(from, to)
                .filter(value -> value != other)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(","));
    }

    private static AlarmSpec spec(String fields) {
        return AlarmSpec.of(JsonObject.parse("{" + fields + "}").copy());
    }

    private JsonNode status(String trigger) {
        return provider.get("/alarm/guest/" + trigger).body().path("status");
    }

    private void alarm(String trigger, Map<String, ?> params) {
        Map<String, Object> body = new HashMap<>(params);
        body.put("triggerName", "/_/" + trigger);
        body.put("authKey", AuthKey.GUEST.reveal());
        Answer answer = provider.post("/alarm", body);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }
}
