package io.fogwhisk.feed.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.ProviderFixture.Answer;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void triesATickAgainWhileTheOpenWhiskIsAway() {
        // Given
        AtomicBoolean away = new AtomicBoolean(true);
        target.answer(attempt -> away.get() ? FakeOpenWhisk.AWAY : FakeOpenWhisk.ACCEPTED);

        // When
        post("once", "tick", Map.of("date", System.currentTimeMillis() + 1_000));
        await().atMost(SOON).until(() -> target.attempts().size() >= 2);
        away.set(false);

        // Then
        await().atMost(SOON).until(() -> !status("tick").path("active").asBoolean());
        assertThat(status("tick").path("retried").asLong()).isGreaterThanOrEqualTo(2);
        assertThat(status("tick").path("fired").asLong()).isEqualTo(1);
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
    void anAlarmThatDidWhatItWasMadeForIsNoTrouble() {
        // Given
        target.answer(attempt -> attempt.trigger().equals("/guest/refused")
                ? new Outcome.Rejected(404, "gone")
                : FakeOpenWhisk.ACCEPTED);
        post("once", "past", Map.of("date", System.currentTimeMillis() + 1_000));
        alarm("counted", Map.of("cron", EVERY_SECOND, "maxTriggers", 1));
        await().atMost(SOON)
                .until(() -> !status("past").path("active").asBoolean()
                        && !status("counted").path("active").asBoolean());

        // When
        JsonNode health = provider.get("/health?strict").body();
        post("once", "refused", Map.of("date", System.currentTimeMillis() + 1_000));
        await().atMost(SOON).until(() -> !status("refused").path("active").asBoolean());

        // Then
        assertThat(health.path("status").asText()).as(health.toString()).isEqualTo("ok");
        assertThat(provider.get("/health").body().at("/problems/0").asText()).contains("/guest/refused");
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "alarm    | {'cron':'* * * * *','startDate':'2020-01-01'}"
                        + "| startDate parameter '2020-01-01' must be in the future",
                "alarm    | {'cron':'0 0 30 2 *'}                  | cron pattern '0 0 30 2 *' is not valid",
                "alarm    | {'cron':'0 12 1 1 *','stopDate':4070908800000}" + "| ",
                "alarm    | {'cron':'0 12 2 1 *','startDate':'2090-01-01','stopDate':'2090-01-02'}"
                        + "| the first scheduled trigger fire is not until after the stop date",
                "alarm    | {'cron':'0 0 * * 6','exclude':'weekends'} | exclude leaves no day for the alarm",
                "once     | {'date':'2070-01-02','exclude':'2070-01-02'}"
                        + "| the date parameter '2070-01-02' is one of the days of exclude",
                "once     | {'date':'2990-01-02'} | the date parameter '2990-01-02' must be within the next 50 years"
            })
    void refusesWhatWouldNeverFire(String kind, String json, String message) {
        Answer answer = provider.post("/" + kind + "/preview", map(json));

        assertThat(answer.status()).as(answer.toString()).isEqualTo(message == null ? 200 : 400);
        assertThat(answer.body().path("error").asText()).isEqualTo(message == null ? "" : message);
    }

    @Test
    void previewsTheNextTicksWithoutMakingAnything() {
        Answer answer = provider.post("/interval/preview", map("{'minutes':60,'startDate':'2090-01-01'}"));

        assertThat(answer.body().path("next"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        "2090-01-01T00:00:00Z",
                        "2090-01-01T01:00:00Z",
                        "2090-01-01T02:00:00Z",
                        "2090-01-01T03:00:00Z",
                        "2090-01-01T04:00:00Z");
        assertThat(provider.get("/feeds").body()).isEmpty();
    }

    @Test
    void secondsMayBeForbiddenAndMinutesSpread() {
        // Given
        provider.close();
        provider = ProviderFixture.start(
                ProviderFixture.config(folder).with(new AlarmSettings(true, 59, false, Optional.empty())), target);

        // When
        Answer seconds = provider.post("/alarm/preview", Map.of("cron", "*/5 * * * * *"));
        Answer zero = provider.post("/alarm/preview", Map.of("cron", "0 * * * * *"));
        Set<Integer> spread = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            spread.add(second(Map.of("cron", "* * * * *", "triggerName", "/guest/t" + i)));
        }
        int strict = second(Map.of("cron", "* * * * *", "strict", true, "triggerName", "/guest/t1"));

        // Then
        assertThat(seconds.body().path("error").asText())
                .isEqualTo("cron pattern is limited to 5 fields with 1 minute as the finest granularity");
        assertThat(zero.status()).isEqualTo(200);
        assertThat(spread).hasSizeGreaterThan(20);
        assertThat(strict).isZero();
    }

    @Test
    void tellsWhatBecameOfTheLastTicksAlsoAfterARestart() {
        // Given
        alarm("tick", Map.of("cron", EVERY_SECOND));
        await().atMost(SOON)
                .until(() ->
                        provider.get("/alarm/guest/tick").body().path("history").size() >= 2);
        JsonNode newest = provider.get("/alarm/guest/tick").body().at("/history/0");

        // When
        provider.close();
        target.answer(attempt -> new Outcome.Rejected(404, "gone"));
        provider = ProviderFixture.start(folder, target);
        await().atMost(SOON).until(() -> !status("tick").path("active").asBoolean());
        JsonNode feed = provider.get("/alarm/guest/tick").body();

        // Then
        assertThat(newest.path("outcome").asText()).isEqualTo("fired");
        assertThat(newest.path("lateMillis").asLong()).isNotNegative();
        assertThat(feed.path("history")).contains(newest);
        assertThat(feed.at("/history/0/outcome").asText()).isEqualTo("refused");
        assertThat(feed.path("next")).isEmpty();
    }

    @Test
    void makesUpForWhatItMissedWhileItWasDownWhenTold() {
        // Given
        alarm("all", Map.of("cron", EVERY_SECOND, "misfire", "all", "time", true));
        alarm("skip", Map.of("cron", EVERY_SECOND, "time", true));
        await().atMost(SOON)
                .until(() -> times("all").size() >= 2 && times("skip").size() >= 2);
        provider.close();
        long before = times("all").get(times("all").size() - 1);
        await().atMost(SOON).until(() -> System.currentTimeMillis() > before + 4_000);

        // When
        long restart = System.currentTimeMillis();
        provider = ProviderFixture.start(folder, target);
        await().atMost(SOON).until(() -> times("all").get(times("all").size() - 1) > restart);

        // Then
        List<Long> all = times("all");
        assertThat(all).isSorted().doesNotHaveDuplicates();
        assertThat(all.get(all.size() - 1) - all.get(0)).isEqualTo(1_000L * (all.size() - 1));
        assertThat(times("skip")).noneMatch(at -> at > before + 1_000 && at < restart - 1_000);
        await().atMost(SOON).until(() -> times("skip").get(times("skip").size() - 1) > restart);
        List<JsonNode> skipped = StreamSupport.stream(
                        provider.get("/alarm/guest/skip").body().path("history").spliterator(), false)
                .filter(tick -> tick.path("outcome").asText().equals("skipped"))
                .toList();
        assertThat(skipped).hasSizeGreaterThanOrEqualTo(2);
        assertThat(skipped).extracting(tick -> tick.path("reason").asText()).containsOnly("no provider was running");
        assertThat(skipped)
                .extracting(
                        tick -> Instant.parse(tick.path("scheduled").asText()).toEpochMilli())
                .allMatch(at -> at > before && at <= System.currentTimeMillis());
        assertThat(provider.get("/alarm/guest/all").body().path("history").findValuesAsText("outcome"))
                .doesNotContain("skipped");
    }

    @Test
    void firesOnceAndIsThenDisabledOrDeletedWithItsRules() {
        // When
        String date = Long.toString(System.currentTimeMillis() + 1_500);
        post("once", "keep", Map.of("date", date));
        post("once", "gone", Map.of("date", date, "deleteAfterFire", "rules", "trigger_payload", "wake up"));

        // Then
        await().atMost(SOON)
                .until(() -> !status("keep").path("active").asBoolean()
                        && target.deleted().equals(List.of("/guest/gone+")));
        assertThat(status("keep").at("/reason/message").asText()).isEqualTo("Automatically disabled after firing once");
        assertThat(provider.send(
                                "PUT",
                                "/once/guest/keep",
                                Map.of("trigger_payload", "again"),
                                AuthKey.GUEST.basicHeader())
                        .body()
                        .path("error")
                        .asText())
                .isEqualTo("date parameter '" + date + "' must be in the future");
        await().atMost(SOON).until(() -> provider.get("/once/guest/gone").status() == 404);
        assertThat(target.attempts())
                .filteredOn(attempt -> attempt.trigger().equals("/guest/gone"))
                .singleElement()
                .extracting(attempt -> attempt.payload().text())
                .isEqualTo("{\"payload\":\"wake up\"}");
    }

    @Test
    void endsAfterMaxTriggers() {
        alarm("tick", Map.of("cron", EVERY_SECOND, "maxTriggers", 2));

        await().atMost(SOON).until(() -> !status("tick").path("active").asBoolean());

        assertThat(target.attempts()).hasSize(2);
        assertThat(status("tick").at("/reason/message").asText())
                .isEqualTo("Automatically disabled after maxTriggers fires");
    }

    @Test
    void tooManyRequestsTenTimesInARowDisable() {
        target.answer(attempt -> new Outcome.Unavailable(429, "too many"));

        alarm("tick", Map.of("cron", EVERY_SECOND));

        await().atMost(SOON).until(() -> !status("tick").path("active").asBoolean());
        assertThat(target.attempts()).hasSize(10);
        assertThat(status("tick").at("/reason/statusCode").asInt()).isEqualTo(429);
    }

    @Test
    void theKindsOfAlarmsTakeEachOthersPlace() {
        alarm("tick", Map.of("cron", "0 0 1 1 *"));

        post("interval", "tick", Map.of("minutes", 5));

        assertThat(provider.get("/once/guest/tick").body().at("/config/minutes").asInt())
                .isEqualTo(5);
        assertThat(provider.delete("/alarm/guest/tick").status()).isEqualTo(200);
        assertThat(provider.get("/interval/guest/tick").status()).isEqualTo(404);
    }

    private int second(Map<String, ?> body) {
        String first =
                provider.post("/alarm/preview", body).body().at("/next/0").asText();
        return Instant.parse(first).atOffset(ZoneOffset.UTC).getSecond();
    }

    private List<Long> times(String trigger) {
        return target.attempts().stream()
                .filter(attempt -> attempt.trigger().equals("/guest/" + trigger))
                .map(attempt -> attempt.payload().tree().path("scheduled").asLong())
                .toList();
    }

    private static Map<String, ?> map(String json) {
        return new ObjectMapper()
                .convertValue(JsonObject.parse(json.replace('\'', '"')).tree(), new TypeReference<>() {});
    }

    private static String without(int from, int to, int other) {
        return IntStream.rangeClosed(from, to)
                .filter(value -> value != other)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(","));
    }

    private JsonNode status(String trigger) {
        return provider.get("/alarm/guest/" + trigger).body().path("status");
    }

    private void alarm(String trigger, Map<String, ?> params) {
        post("alarm", trigger, params);
    }

    private void post(String kind, String trigger, Map<String, ?> params) {
        Map<String, Object> body = new HashMap<>(params);
        body.put("triggerName", "/_/" + trigger);
        body.put("authKey", AuthKey.GUEST.reveal());
        Answer answer = provider.post("/" + kind, body);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }
}
