package io.fogwhisk.feed.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.ProviderFixture.Answer;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.DeclaredFeed;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.TriggerDirectory.Existence;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.SiteValues;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the documents of a catalogue, without any broker. */
class FollowedFeedsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String GUEST = AuthKey.GUEST.basicHeader();
    private static final String MQTT = "{'url':'mqtt://127.0.0.1:1','topic':'t'}";
    private static final String ALARM = "{'cron':'0 0 1 1 *','payload':{'a':1.5}}";

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();

    @Test
    void aFeedWaitsForItsTriggerAndForAKey() {
        try (FollowingSite site = FollowingSite.start(config(), target)) {
            // Given
            site.key(Optional.empty());
            assertThat(site.putAlarm("tick", ALARM)).isEmpty();

            // When
            site.addTrigger("tick");
            site.awaitWitness();

            // Then: one that was to come later is there, and this one is not
            assertThat(site.state("tick")).isEmpty();
            site.key(Optional.of(AuthKey.GUEST));
            await().atMost(LIMIT).until(() -> site.state("tick").equals("active"));
            site.key(Optional.empty());
            await().atMost(LIMIT).until(() -> site.state("tick").isEmpty());
        }
    }

    @Test
    void aFeedGoesWithItsTriggerAndComesBackWithIt() {
        try (FollowingSite site = FollowingSite.start(config(), target, "tick")) {
            // Given
            site.putAlarm("tick", ALARM);
            await().atMost(LIMIT).until(() -> site.state("tick").equals("active"));

            // When
            site.removeTrigger("tick");

            // Then
            await().atMost(LIMIT).until(() -> site.state("tick").isEmpty());
            site.addTrigger("tick");
            await().atMost(LIMIT).until(() -> site.state("tick").equals("active"));
            site.followed().alarms().remove("guest/tick");
            await().atMost(LIMIT).until(() -> site.state("tick").isEmpty());
        }
    }

    @Test
    void aTriggerThatWasReplacedAtOnceKeepsItsFeedGoing() {
        try (FollowingSite site = FollowingSite.start(config(), target, "tick")) {
            // Given
            site.putAlarm("tick", ALARM);
            await().atMost(LIMIT).until(() -> site.state("tick").equals("active"));

            // When
            site.provider()
                    .feeds()
                    .deleted(QualifiedName.of("guest", "tick"))
                    .toCompletableFuture()
                    .join();
            assertThat(site.state("tick")).isEqualTo("disabled");
            site.followed().refresh();

            // Then
            await().atMost(LIMIT).until(() -> site.state("tick").equals("active"));
        }
    }

    @Test
    void usersOfTheSiteLeaveAFollowedFeedAsItIs() {
        try (FollowingSite site = FollowingSite.start(config(), target, "tick")) {
            // Given
            site.putAlarm("tick", ALARM);
            await().atMost(LIMIT).until(() -> site.state("tick").equals("active"));
            ProviderFixture provider = site.provider();

            // When
            Answer update = provider.send("PUT", "/alarm/_/tick", Map.of("cron", "* * * * *"), GUEST);
            Answer pause = provider.send("POST", "/alarm/_/tick/pause", Map.of(), GUEST);
            Answer delete = provider.send("DELETE", "/alarm/_/tick", Map.of(), GUEST);
            Answer create = provider.post(
                    "/alarm", Map.of("triggerName", "/_/tick", "cron", "* * * * *", "authKey", AuthKey.GUEST.reveal()));

            // Then
            for (Answer answer : new Answer[] {update, pause, delete, create}) {
                assertThat(answer.status()).isEqualTo(409);
                assertThat(answer.body().path("error").asText())
                        .isEqualTo("the feed of /guest/tick belongs to the catalogue of " + FollowingSite.CENTRE
                                + ": change it there");
            }
            assertThat(provider.send("GET", "/alarm/_/tick", Map.of(), GUEST)
                            .body()
                            .at("/config/cron")
                            .asText())
                    .isEqualTo("0 0 1 1 *");
            assertThat(provider.recorded().alarms().documents()).isEmpty();
        }
    }

    @Test
    void nobodyMakesAFeedInANamespaceOfTheCatalogue() {
        // Given
        CatalogLink link = new CatalogLink(
                FollowingSite.CENTRE,
                CatalogLink.NONE.triggers(),
                CatalogLink.NONE.keys(),
                SiteValues.NONE,
                "guest"::equals);
        try (ProviderFixture site = ProviderFixture.start(config(), target, link)) {
            // When
            Answer answer = site.post(
                    "/mqtt",
                    Map.of(
                            "triggerName",
                            "/_/own",
                            "url",
                            "mqtt://127.0.0.1:1",
                            "topic",
                            "t",
                            "authKey",
                            AuthKey.GUEST.reveal()));

            // Then
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.body().path("error").asText()).contains(FollowingSite.CENTRE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unwanted", "whisk.system"})
    void feedsOfNamespacesThatTheSiteDoesNotFollowArePassedOver(String namespace) {
        try (FollowingSite site = FollowingSite.start(config(), target, "readings")) {
            // Given
            site.putMqtt("readings", MQTT);
            await().atMost(LIMIT).until(() -> site.state("readings").equals("connecting"));

            // When
            Optional<String> unreadable =
                    site.putAlarm("tick", "{'namespace':'" + namespace + "','name':'tick','cron':'every day'}");
            Optional<String> moved = site.putMqtt(
                    "readings", "{'trigger':'" + namespace + "/readings','url':'mqtt://127.0.0.1:1','topic':'t'}");

            // Then
            assertThat(unreadable).isEmpty();
            assertThat(moved).isEmpty();
            await().atMost(LIMIT).until(() -> site.state("readings").isEmpty());
        }
    }

    @Test
    void aFeedOfTheSiteKeepsItsPlaceUntilItIsGone() {
        try (FollowingSite site = FollowingSite.start(config(), target, "readings")) {
            // Given
            site.provider().feed("readings", "mqtt://127.0.0.1:1", "own");

            // When
            Optional<String> refused = site.putMqtt("readings", MQTT);

            // Then
            assertThat(refused)
                    .hasValueSatisfying(reason -> assertThat(reason)
                            .contains("trigger /guest/readings")
                            .contains("made at this site"));
            assertThat(topic(site)).isEqualTo("own");
            site.provider().delete("/mqtt/guest/readings");
            await().atMost(LIMIT).until(() -> topic(site).equals("t"));
        }
    }

    @Test
    void aTriggerHasOneFeedOfTheCatalogueAtATime() {
        try (FollowingSite site = FollowingSite.start(config(), target, "both")) {
            // Given
            assertThat(site.putAlarm("both", ALARM)).isEmpty();

            // When
            Optional<String> second = site.putMqtt("both", MQTT);

            // Then
            assertThat(second)
                    .hasValueSatisfying(reason -> assertThat(reason).contains("another feed in the catalogue"));
            await().atMost(LIMIT).until(() -> site.state("both").equals("active"));
            site.followed().alarms().remove("guest/both");
            await().atMost(LIMIT).until(() -> site.state("both").equals("connecting"));
        }
    }

    @Test
    void aDocumentThatCannotBeReadLeavesWhatAnEarlierOneMade() {
        FeedProviderConfig config = config();
        try (FollowingSite site = FollowingSite.start(config, target, "tick")) {
            // Given
            site.putAlarm("tick", ALARM);
            await().atMost(LIMIT).until(() -> site.state("tick").equals("active"));

            // When
            Optional<String> refused = site.putAlarm("tick", "{'cron':'every day'}");

            // Then
            assertThat(refused)
                    .hasValueSatisfying(
                            reason -> assertThat(reason).contains("cron").contains("every day"));
            assertThat(site.putAlarm("tick", "{'cron':'0 0 31 2 *'}")).isPresent();
            assertThat(site.putAlarm("new", "{'minutes':{'a':1}}"))
                    .hasValueSatisfying(reason -> assertThat(reason).contains("minutes"));
            assertThat(site.putMqtt("new", "{'topic':'t'}"))
                    .hasValueSatisfying(reason -> assertThat(reason).contains("url"));
            assertThat(site.followed().alarms().put("_design/views", CatalogDocument.of(FollowingSite.json("{}"))))
                    .isEmpty();
        }
        try (FollowingSite site = FollowingSite.start(config, target, "tick", "witness")) {
            // When: after a restart the later revision is all there is
            site.putAlarm("tick", "{'cron':'every day'}");
            site.putAlarm("witness", ALARM);
            site.followed().settled();

            // Then
            await().atMost(LIMIT).until(() -> site.state("witness").equals("active"));
            assertThat(site.state("tick")).isEqualTo("active");
            site.followed().alarms().remove("guest/tick");
            await().atMost(LIMIT).until(() -> site.state("tick").isEmpty());
        }
    }

    @Test
    void aRestartKeepsWhatIsToldAgainAndEndsTheRest() {
        FeedProviderConfig config = config();
        long revision;
        try (FollowingSite site = FollowingSite.start(config, target, "tick", "gone")) {
            // Given
            site.putAlarm("tick", ALARM);
            site.putAlarm("gone", ALARM);
            await().atMost(LIMIT)
                    .until(() -> site.state("tick").equals("active")
                            && site.state("gone").equals("active"));
            revision = changed(site);
        }
        try (FollowingSite site = FollowingSite.start(config, target, "tick", "gone")) {
            // When
            assertThat(site.state("gone")).isEqualTo("active");
            site.putAlarm("tick", ALARM);
            site.followed().settled();

            // Then
            await().atMost(LIMIT).until(() -> site.state("gone").isEmpty());
            assertThat(site.state("tick")).isEqualTo("active");
            assertThat(changed(site)).isEqualTo(revision);
        }
        // When: nothing is followed any more
        try (ProviderFixture site = ProviderFixture.start(config, target)) {
            // Then
            await().atMost(LIMIT).until(() -> site.get("/feeds").body().isEmpty());
        }
    }

    @Test
    void aPausedDocumentPausesTheFeed() {
        try (FollowingSite site = FollowingSite.start(config(), target, "tick")) {
            // Given
            site.putAlarm("tick", ALARM);
            await().atMost(LIMIT).until(() -> site.state("tick").equals("active"));

            // When
            site.putAlarm("tick", "{'cron':'0 0 1 1 *','payload':{'a':1.5},'status':{'active':false}}");

            // Then
            await().atMost(LIMIT).until(() -> site.state("tick").equals("paused"));
            site.putAlarm("tick", ALARM);
            await().atMost(LIMIT).until(() -> site.state("tick").equals("active"));
        }
    }

    @Test
    void keysThatAreRefusedForAWhileEndNoFeedOfTheCataloguesNamespaces() {
        FeedProviderConfig config = config().withTriggerCheck(Duration.ofMillis(200));
        try (FollowingSite site = FollowingSite.start(config, target, "tick")) {
            // Given
            site.provider().feed("own", "mqtt://127.0.0.1:1", "t");
            site.own();
            site.putAlarm("tick", ALARM);
            await().atMost(LIMIT).until(() -> site.state("tick").equals("active"));

            // When
            target.say("/guest/tick", Existence.FORBIDDEN);
            long tick = target.asked("/guest/tick");
            await().atMost(LIMIT).until(() -> target.asked("/guest/tick") > tick);
            target.say("/guest/own", Existence.FORBIDDEN);
            long own = target.asked("/guest/own");
            await().atMost(LIMIT).until(() -> target.asked("/guest/own") > own + 1);
            site.awaitWitness();

            // Then: what the answers led to came before the witness
            assertThat(site.state("tick")).isEqualTo("active");
            assertThat(site.state("own")).isEqualTo("connecting");
        }
    }

    @Test
    void aNewKeyTakesTheOldOnesPlaceAndEndsWhatWasRefused() {
        FeedProviderConfig config = config();
        AuthKey renewed = new AuthKey(UUID.randomUUID(), AuthKey.GUEST.secret());
        try (FollowingSite site = FollowingSite.start(config, target, "tick")) {
            // Given
            target.answer(attempt -> attempt.key().equals(renewed)
                    ? FakeOpenWhisk.ACCEPTED
                    : new Outcome.Rejected(401, "The supplied authentication is invalid."));
            site.putAlarm("tick", "{'cron':'* * * * * *'}");
            await().atMost(LIMIT).until(() -> site.state("tick").equals("disabled"));

            // When
            site.key(Optional.of(renewed));

            // Then
            await().atMost(LIMIT)
                    .until(() -> target.attempts().stream()
                            .anyMatch(attempt -> attempt.key().equals(renewed)));
            assertThat(site.state("tick")).isEqualTo("active");
        }
    }

    @Test
    void feedsOfTheSiteGetTheKeyOfTheCatalogueThatTookTheirNamespaceOver() {
        // Given
        AuthKey renewed = new AuthKey(UUID.randomUUID(), AuthKey.GUEST.secret());
        target.answer(attempt -> attempt.key().equals(renewed)
                ? FakeOpenWhisk.ACCEPTED
                : new Outcome.Rejected(401, "The supplied authentication is invalid."));
        FeedProviderConfig config = config().with(List.of(new DeclaredFeed(
                QualifiedName.of("guest", "slim"),
                AuthKey.GUEST,
                AlarmSpec.of("alarm", FollowingSite.json("{'cron':'* * * * * *'}")))));
        try (FollowingSite site = FollowingSite.start(config, target)) {
            Answer made = site.provider()
                    .post(
                            "/alarm",
                            Map.of("triggerName", "/_/own", "cron", "* * * * * *", "authKey", AuthKey.GUEST.reveal()));
            assertThat(made.status()).isEqualTo(200);
            await().atMost(LIMIT)
                    .until(() -> site.state("own").equals("disabled")
                            && site.state("slim").equals("disabled"));

            // When
            site.own();
            site.key(Optional.of(renewed));

            // Then
            for (String name : List.of("/guest/own", "/guest/slim")) {
                await().atMost(LIMIT)
                        .until(() -> target.attempts().stream()
                                .anyMatch(attempt -> attempt.trigger().equals(name)
                                        && attempt.key().equals(renewed)));
            }
            assertThat(site.state("own")).isEqualTo("active");
            assertThat(site.state("slim")).isEqualTo("active");
        }
    }

    @Test
    void theValuesOfTheSiteTakeThePlaceOfWhatWasDeclared() {
        // Given
        SiteValues values = (trigger, declared) -> {
            String text = JsonObject.of(declared).text().replace("${site.name}", "dc-1");
            if (text.contains("${")) {
                throw new WskException("field 'topic' of " + trigger + " has an unknown variable");
            }
            return JsonObject.parse(text).copy();
        };
        try (FollowingSite site = FollowingSite.start(config(), target, values, "readings")) {
            // When
            Optional<String> known = site.putMqtt("readings", "{'url':'mqtt://127.0.0.1:1','topic':'${site.name}/t'}");
            Optional<String> unknown = site.putMqtt("other", "{'url':'mqtt://127.0.0.1:1','topic':'${site.x}/t'}");

            // Then
            assertThat(known).isEmpty();
            await().atMost(LIMIT).until(() -> topic(site).equals("dc-1/t"));
            assertThat(unknown).hasValueSatisfying(reason -> assertThat(reason).contains("field 'topic'"));
        }
    }

    private FeedProviderConfig config() {
        return ProviderFixture.config(folder);
    }

    private static String topic(FollowingSite site) {
        return site.provider()
                .get("/mqtt/guest/readings")
                .body()
                .at("/config/topic")
                .asText();
    }

    private static long changed(FollowingSite site) {
        return site.provider()
                .feeds()
                .state(QualifiedName.of("guest", "tick"))
                .orElseThrow()
                .tree()
                .path("dateChanged")
                .asLong();
    }
}
