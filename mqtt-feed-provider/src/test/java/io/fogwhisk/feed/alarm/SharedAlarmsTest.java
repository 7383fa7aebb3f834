package io.fogwhisk.feed.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.PostgresServer;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.ProviderFixture.Answer;
import io.fogwhisk.feed.TcpProxy;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.AuthKey;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedAlarmsTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static PostgresServer postgres;

    @TempDir
    Path folder;

    private final FakeOpenWhisk firstTarget = new FakeOpenWhisk();
    private final FakeOpenWhisk secondTarget = new FakeOpenWhisk();
    private ProviderFixture first;
    private ProviderFixture second;

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

    @BeforeEach
    void start() {
        first = provider("one", firstTarget);
        second = provider("two", secondTarget);
    }

    @AfterEach
    void stop() {
        if (second != null) {
            for (JsonNode feed : second.get("/feeds").body()) {
                second.delete("/alarm" + feed.path("trigger").asText());
            }
            second.close();
        }
        first.close();
    }

    @Test
    void eachTickIsFiredByOneProviderAndByTheOtherWhenThatIsGone() {
        // Given
        for (int i = 0; i < 5; i++) {
            alarm(first, "tick" + i, Map.of("cron", "* * * * * *", "time", true));
        }
        await().atMost(SOON)
                .until(() -> times("tick0").size() >= 4 && times("tick4").size() >= 4);

        // When
        first.close();
        long gone = System.currentTimeMillis();
        int before = secondTarget.attempts().size();

        // Then
        await().atMost(SOON).until(() -> secondTarget.attempts().size() >= before + 15);
        for (int i = 0; i < 5; i++) {
            List<Long> times = times("tick" + i);
            assertThat(times).doesNotHaveDuplicates();
            assertThat(times.get(times.size() - 1)).isGreaterThan(gone);
            assertThat(times.get(times.size() - 1) - times.get(0)).isEqualTo(1_000L * (times.size() - 1));
        }
    }

    @Test
    void anAlarmOfOneProviderIsSeenChangedAndDeletedThroughAnother() {
        // Given
        alarm(first, "report", Map.of("cron", "0 0 1 1 *", "trigger_payload", Map.of("a", 1)));

        // When
        Answer seen = second.get("/alarm/guest/report");
        Answer changed =
                second.send("PUT", "/alarm/guest/report", Map.of("cron", "0 0 2 2 *"), AuthKey.GUEST.basicHeader());
        Answer back = first.get("/alarm/guest/report");
        Answer deleted = second.delete("/alarm/guest/report");

        // Then
        assertThat(seen.body().at("/config/payload/a").asInt()).isEqualTo(1);
        assertThat(changed.status()).isEqualTo(200);
        assertThat(back.body().at("/config/cron").asText()).isEqualTo("0 0 2 2 *");
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(first.get("/alarm/guest/report").status()).isEqualTo(404);
        await().atMost(SOON).until(() -> first.get("/feeds").body().isEmpty());
    }

    @Test
    void aRefusalDisablesTheAlarmAtEveryProvider() {
        // Given
        firstTarget.answer(attempt -> new Outcome.Rejected(404, "gone"));
        secondTarget.answer(attempt -> new Outcome.Rejected(404, "gone"));

        // When
        alarm(first, "gone", Map.of("cron", "* * * * * *"));

        // Then
        await().atMost(SOON)
                .until(() -> Stream.of(first, second)
                        .allMatch(provider -> provider.get("/alarm/guest/gone")
                                        .body()
                                        .at("/status/reason/statusCode")
                                        .asInt()
                                == 404));
    }

    @Test
    void whatChangedWhileAProviderWasAwayIsThereWhenItIsBack() {
        // Given
        alarm(first, "kept", Map.of("cron", "0 0 1 1 *"));
        alarm(first, "dropped", Map.of("cron", "0 0 1 1 *"));
        await().atMost(SOON).until(() -> first.get("/feeds").body().size() == 2);
        first.close();

        // When
        second.delete("/alarm/guest/dropped");
        alarm(second, "kept", Map.of("cron", "0 0 2 2 *"));
        alarm(second, "new", Map.of("cron", "0 0 3 3 *"));
        first = provider("one", firstTarget);

        // Then
        await().atMost(SOON)
                .until(() ->
                        first.get("/feeds").body().findValuesAsText("cron").equals(List.of("0 0 2 2 *", "0 0 3 3 *")));
        assertThat(second.get("/feeds").body()).hasSize(2);
    }

    @Test
    void aDatabaseThatWasMadeAnewGetsTheAlarmsBack() throws SQLException {
        // Given
        alarm(first, "kept", Map.of("cron", "* * * * * *"));
        await().atMost(SOON).until(() -> second.get("/feeds").body().size() == 1);
        first.close();
        second.close();

        // When
        try (Connection connection = DriverManager.getConnection(postgres.url(), "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute("drop schema public cascade");
            statement.execute("create schema public");
        }
        int before = firstTarget.attempts().size() + secondTarget.attempts().size();
        first = provider("one", firstTarget);
        second = provider("two", secondTarget);

        // Then
        await().atMost(SOON)
                .until(() ->
                        firstTarget.attempts().size() + secondTarget.attempts().size() >= before + 4);
        assertThat(first.get("/feeds").body()).hasSize(1);
        assertThat(second.get("/feeds").body()).hasSize(1);
    }

    @Test
    void aProviderStartsWithoutTheDatabaseAndFiresOnceThatIsThere() {
        // Given
        first.close();
        try (TcpProxy network = TcpProxy.to(
                URI.create(postgres.url().substring("jdbc:".length())).getPort())) {
            network.set(TcpProxy.Mode.REFUSE);
            String url = network.url().replace("mqtt:", "jdbc:postgresql:") + "/postgres";

            // When
            first = provider("one", firstTarget, url);
            alarm(first, "late", Map.of("cron", "* * * * * *"));
            assertThat(first.get("/alarm/guest/late").status()).isEqualTo(200);
            await().atMost(SOON)
                    .until(() -> first.get("/health")
                            .body()
                            .at("/problems/0")
                            .asText()
                            .startsWith("alarms wait for the shared schedule at " + url + " as postgres: "));
            network.set(TcpProxy.Mode.PASS);

            // Then
            await().atMost(SOON).until(() -> times("late").size() >= 2);
            await().atMost(SOON).until(() -> second.get("/feeds").body().size() == 1);
            await().atMost(SOON)
                    .until(() -> first.get("/health").body().path("problems").isEmpty());
            first.close();
        }
    }

    @Test
    void aDatabaseThatRefusesTheUserIsReportedAtTheStart() {
        AlarmSettings.Cluster cluster = new AlarmSettings.Cluster(postgres.url(), "nobody", "hush");
        FeedProviderConfig config = FeedProviderConfig.defaults("three", 0, folder.resolve("three"))
                .with(new AlarmSettings(false, 0, false, Optional.of(cluster)));

        assertThatExceptionOfType(FeedException.class)
                .isThrownBy(() -> ProviderFixture.start(config, firstTarget))
                .withMessageContaining("cannot use the shared schedule at " + postgres.url() + " as nobody")
                .withMessageContaining("nobody")
                .withMessageNotContaining("hush");
    }

    @Test
    void aLimitedNumberOfFiresIsThatOfAllProvidersTogetherAlsoOverPauses() {
        // Given
        alarm(first, "five", Map.of("cron", "* * * * * *", "maxTriggers", 5, "time", true));
        await().atMost(SOON).until(() -> times("five").size() >= 2);

        // When
        Answer paused = second.send("POST", "/alarm/guest/five/pause", Map.of(), AuthKey.GUEST.basicHeader());
        int before = times("five").size();
        Answer resumed = first.send("POST", "/alarm/guest/five/unpause", Map.of(), AuthKey.GUEST.basicHeader());

        // Then
        assertThat(paused.status()).isEqualTo(200);
        assertThat(resumed.body().path("next")).hasSizeLessThanOrEqualTo(5 - before);
        await().atMost(SOON)
                .until(() -> Stream.of(first, second)
                        .allMatch(provider -> provider.get("/alarm/guest/five")
                                .body()
                                .at("/status/reason/message")
                                .asText()
                                .equals("Automatically disabled after maxTriggers fires")));
        assertThat(times("five")).hasSize(5);

        // When: an update begins a new count
        second.send(
                "PUT",
                "/alarm/guest/five",
                Map.of("maxTriggers", 2, "cron", "* * * * * *"),
                AuthKey.GUEST.basicHeader());

        // Then
        await().atMost(SOON).until(() -> times("five").size() == 7);
        await().atMost(SOON)
                .until(() -> first.get("/alarm/guest/five")
                        .body()
                        .at("/status/reason/message")
                        .asText()
                        .startsWith("Automatically disabled after"));
        assertThat(times("five")).hasSize(7).doesNotHaveDuplicates();
    }

    @Test
    void aScheduleFromABackupKeepsWhatWasMadeAndChangedSince() throws SQLException {
        // Given
        alarm(first, "old", Map.of("cron", "0 0 1 1 *"));
        alarm(first, "dropped", Map.of("cron", "0 0 1 1 *"));
        await().atMost(SOON).until(() -> second.get("/feeds").body().size() == 2);
        execute(table -> "create table saved_" + table + " as table " + table);
        alarm(second, "old", Map.of("cron", "0 0 2 2 *"));
        alarm(second, "new", Map.of("cron", "0 0 3 3 *"));
        first.delete("/alarm/guest/dropped");
        await().atMost(SOON)
                .until(() ->
                        first.get("/feeds").body().findValuesAsText("cron").equals(List.of("0 0 3 3 *", "0 0 2 2 *")));
        await().atMost(SOON).until(() -> second.get("/feeds").body().size() == 2);
        first.close();
        second.close();

        // When
        execute(table -> "truncate table " + table + " cascade");
        execute(table -> "insert into " + table + " table saved_" + table);
        execute(table -> "drop table saved_" + table);
        first = provider("one", firstTarget);
        second = provider("two", secondTarget);

        // Then: what was deleted since is there again, and nothing else is lost
        List<String> crons = List.of("0 0 1 1 *", "0 0 3 3 *", "0 0 2 2 *");
        await().atMost(SOON)
                .until(() -> Stream.of(first, second)
                        .allMatch(provider -> provider.get("/feeds")
                                .body()
                                .findValuesAsText("cron")
                                .equals(crons)));

        // Then: from now on both are in line, and nothing is taken over again and again
        alarm(first, "after", Map.of("cron", "* * * * * *", "time", true));
        await().atMost(SOON).until(() -> times("after").size() >= 2);
        String remembered = remembered("one") + remembered("two");
        await().atMost(SOON).until(() -> times("after").size() >= 4);
        assertThat(remembered("one") + remembered("two")).isEqualTo(remembered);
    }

    /** What a provider remembers of the alarms of a test with a backup. */
    private String remembered(String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + folder.resolve(name).resolve("feeds.db"));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select group_concat(trigger || revision || stamp) from"
                        + " (select * from alarm_shared where trigger in"
                        + " ('/guest/old', '/guest/new', '/guest/dropped') order by trigger)")) {
            return row.next() ? row.getString(1) : "";
        }
    }

    private static void execute(UnaryOperator<String> command) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.url(), "postgres", "");
                Statement statement = connection.createStatement()) {
            for (String table : List.of(
                    "fogwhisk_schedule",
                    "fogwhisk_alarm_ticks",
                    "qrtz_job_details",
                    "qrtz_triggers",
                    "qrtz_blob_triggers")) {
                statement.execute(command.apply(table));
            }
        }
    }

    private List<Long> times(String trigger) {
        return Stream.concat(firstTarget.attempts().stream(), secondTarget.attempts().stream())
                .filter(attempt -> attempt.trigger().equals("/guest/" + trigger))
                .map(attempt -> attempt.payload().tree().path("scheduled").asLong())
                .sorted()
                .toList();
    }

    private ProviderFixture provider(String name, FakeOpenWhisk target) {
        return provider(name, target, postgres.url());
    }

    private ProviderFixture provider(String name, FakeOpenWhisk target, String url) {
        return SharedProviders.start(name, folder, url, target);
    }

    private static void alarm(ProviderFixture provider, String trigger, Map<String, ?> params) {
        SharedProviders.alarm(provider, trigger, params);
    }
}
