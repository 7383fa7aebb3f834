package io.fogwhisk.feed.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeedRegistryTest {

    private static final QualifiedName TRIGGER = QualifiedName.of("guest", "readings");
    private static final Broker BROKER = Broker.tcp("broker", 1883);
    private static final MqttSpec SPEC = MqttSpec.of(BROKER, TopicFilter.parse("a/#"), 1);
    private static final MqttSpec OTHER = MqttSpec.of(BROKER, TopicFilter.parse("b/#"), 1);

    @TempDir
    Path folder;

    @Test
    void aPausedFeedStaysPausedThroughUpdatesAndRestartsUntilItIsResumed() {
        with(List.of(), registry -> {
            done(registry.put(TRIGGER, AuthKey.GUEST, SPEC));
            done(registry.pause(TRIGGER));
            return done(registry.update(TRIGGER, AuthKey.GUEST, OTHER));
        });

        Feed after = with(List.of(), registry -> {
            assertThat(registry.find(TRIGGER).orElseThrow().state()).isInstanceOf(FeedState.Paused.class);
            return done(registry.resume(TRIGGER)).orElseThrow();
        });

        assertThat(after.active()).isTrue();
        assertThat(after.spec()).isEqualTo(OTHER);
    }

    @Test
    void anUpdateOfADisabledFeedMakesItActive() {
        Feed after = with(List.of(), registry -> {
            Feed feed = done(registry.put(TRIGGER, AuthKey.GUEST, SPEC));
            done(registry.disable(feed, FeedState.Disabled.because("refused")));
            assertThat(done(registry.resume(TRIGGER)).orElseThrow().active()).isFalse();
            return done(registry.update(TRIGGER, AuthKey.GUEST, SPEC)).orElseThrow();
        });

        assertThat(after.active()).isTrue();
    }

    @Test
    void aDisabledFeedIsTriedAgainUnlessItHasChangedSince() {
        Feed after = with(List.of(), registry -> {
            Feed first = done(registry.put(TRIGGER, AuthKey.GUEST, SPEC));
            Feed seen = done(registry.disable(first, FeedState.Disabled.because("no trigger")))
                    .orElseThrow();
            assertThat(done(registry.retry(first)).orElseThrow()).isEqualTo(seen);
            assertThat(done(registry.retry(seen)).orElseThrow().active()).isTrue();

            Feed changed = done(registry.put(TRIGGER, AuthKey.GUEST, OTHER));
            Feed disabled = done(registry.disable(changed, FeedState.Disabled.because("no trigger")))
                    .orElseThrow();
            assertThat(done(registry.retry(seen)).orElseThrow()).isEqualTo(disabled);
            return disabled;
        });

        assertThat(after.active()).isFalse();
        assertThat(after.spec()).isEqualTo(OTHER);
    }

    @Test
    void anotherKeyLeavesAFeedInItsState() {
        Feed paused = with(List.of(), registry -> {
            done(registry.put(TRIGGER, AuthKey.GUEST, SPEC));
            return done(registry.pause(TRIGGER)).orElseThrow();
        });

        with(List.of(), registry -> {
            Feed same =
                    done(registry.rekey(TRIGGER, AuthKey.GUEST, feed -> true)).orElseThrow();
            Feed rekeyed =
                    done(registry.rekey(TRIGGER, AuthKey.SYSTEM, feed -> true)).orElseThrow();

            assertThat(same).isEqualTo(paused);
            assertThat(rekeyed.key()).isEqualTo(AuthKey.SYSTEM);
            assertThat(rekeyed.state()).isEqualTo(paused.state());
            assertThat(rekeyed.changed()).isEqualTo(paused.changed());
            return rekeyed;
        });
    }

    @Test
    void tellsListenersOfNothingThatDidNotChange() {
        List<String> told = with(List.of(), registry -> {
            List<String> changes = new ArrayList<>();
            done(registry.put(TRIGGER, AuthKey.GUEST, SPEC));
            registry.listen((before, after) -> changes.add(state(before) + " " + state(after)));
            done(registry.resume(TRIGGER));
            done(registry.pause(TRIGGER));
            done(registry.pause(TRIGGER));
            done(registry.pause(QualifiedName.of("guest", "nothing")));
            return changes;
        });

        assertThat(told).containsExactly("Active Paused");
    }

    @Test
    void aDeclaredFeedIsThereWithoutAnybodyCreatingItAndGoneWhenItIsDeclaredNoMore() {
        DeclaredFeed declared = new DeclaredFeed(TRIGGER, AuthKey.GUEST, SPEC);
        QualifiedName created = QualifiedName.of("guest", "created");

        Feed first = with(List.of(declared), registry -> {
            done(registry.put(created, AuthKey.GUEST, OTHER));
            return registry.find(TRIGGER).orElseThrow();
        });
        Feed second = with(List.of(declared), registry -> registry.find(TRIGGER).orElseThrow());
        List<Retired> left = with(List.of(), registry -> {
            assertThat(registry.feeds()).extracting(Feed::trigger).containsExactly(created);
            return registry.retired();
        });

        assertThat(first.origin()).isEqualTo(Feed.Origin.DECLARED);
        assertThat(second).isEqualTo(first);
        assertThat(left).extracting(Retired::topic).containsExactly(TopicFilter.parse("a/#"));
    }

    @Test
    void aDeclaredFeedThatWasDisabledIsTriedAgainWithTheNextStart() {
        DeclaredFeed declared = new DeclaredFeed(TRIGGER, AuthKey.GUEST, SPEC);
        with(
                List.of(declared),
                registry -> done(registry.disable(
                        registry.find(TRIGGER).orElseThrow(), FeedState.Disabled.refused(404, "no such trigger"))));

        Feed again = with(List.of(declared), registry -> registry.find(TRIGGER).orElseThrow());

        assertThat(again.active()).isTrue();
    }

    @Test
    void aFollowedFeedStaysFollowedOverARestartAndThroughAnotherProvidersChange() {
        FollowedFeed wish = new FollowedFeed(TRIGGER, AuthKey.GUEST, SPEC, true);
        Feed first = with(List.of(), registry -> done(registry.follow(wish, feed -> false)));

        Feed second = with(List.of(), registry -> {
            assertThat(registry.find(TRIGGER)).hasValue(first);
            assertThat(done(registry.follow(wish, feed -> true))).isEqualTo(first);
            Feed elsewhere = new Feed(
                    TRIGGER, AuthKey.GUEST, OTHER, new FeedState.Active(), Feed.Origin.CREATED, Instant.EPOCH, 0);
            return done(registry.adopt(elsewhere));
        });

        assertThat(first.origin()).isEqualTo(Feed.Origin.FOLLOWED);
        assertThat(second.origin()).isEqualTo(Feed.Origin.FOLLOWED);
        assertThat(second.spec()).isEqualTo(OTHER);
    }

    @Test
    void whatAUserMadeIsNeitherReplacedNorDeletedByTheCatalogue() {
        Feed after = with(List.of(), registry -> {
            done(registry.put(TRIGGER, AuthKey.GUEST, SPEC));
            assertThat(done(registry.follow(new FollowedFeed(TRIGGER, AuthKey.SYSTEM, OTHER, true), feed -> true))
                            .origin())
                    .isEqualTo(Feed.Origin.CREATED);
            assertThat(done(registry.unfollow(TRIGGER))).isEmpty();
            return registry.find(TRIGGER).orElseThrow();
        });

        assertThat(after.spec()).isEqualTo(SPEC);
        assertThat(after.key()).isEqualTo(AuthKey.GUEST);
    }

    @Test
    void aFollowedFeedThatCameToItsEndStaysSoUntilItIsAnotherOne() {
        with(List.of(), registry -> {
            Feed made = done(registry.follow(new FollowedFeed(TRIGGER, AuthKey.GUEST, SPEC, true), feed -> false));
            done(registry.disable(made, FeedState.Disabled.because("fired once")));

            Feed rekeyed = done(registry.follow(new FollowedFeed(TRIGGER, AuthKey.SYSTEM, SPEC, true), feed -> false));
            assertThat(rekeyed.active()).isFalse();
            assertThat(rekeyed.key()).isEqualTo(AuthKey.SYSTEM);

            Feed other = done(registry.follow(new FollowedFeed(TRIGGER, AuthKey.SYSTEM, OTHER, true), feed -> false));
            assertThat(other.active()).isTrue();
            done(registry.disable(other, FeedState.Disabled.because("locked out")));
            assertThat(done(registry.follow(new FollowedFeed(TRIGGER, AuthKey.SYSTEM, OTHER, true), feed -> true))
                            .active())
                    .isTrue();
            assertThat(done(registry.unfollow(TRIGGER))).isPresent();
            return registry.feeds();
        });
    }

    @Test
    void whatIsToldOfAFeedThatIsGoneIsNotToldOfItsSuccessor() {
        List<Long> received = with(List.of(), registry -> {
            done(registry.put(TRIGGER, AuthKey.GUEST, SPEC));
            registry.status(TRIGGER).countReceived();
            long before = registry.status(TRIGGER).received();
            done(registry.delete(TRIGGER));
            registry.status(TRIGGER).countReceived();
            done(registry.put(TRIGGER, AuthKey.GUEST, SPEC));
            return List.of(before, registry.status(TRIGGER).received());
        });

        assertThat(received).containsExactly(1L, 0L);
    }

    private <T> T with(List<DeclaredFeed> declared, Function<FeedRegistry, T> work) {
        FeedDatabase database = new FeedDatabase("test-feeds-db", folder.resolve("feeds.db"), 10);
        database.start();
        Clock clock = Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);
        FeedRegistry registry = new FeedRegistry(database, clock, Optional.empty(), declared);
        try {
            registry.start();
            return work.apply(registry);
        } finally {
            registry.close();
            database.close();
        }
    }

    private static String state(Optional<Feed> feed) {
        return feed.map(each -> each.state().getClass().getSimpleName()).orElse("none");
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
