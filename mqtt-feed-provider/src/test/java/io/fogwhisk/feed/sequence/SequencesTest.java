package io.fogwhisk.feed.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.registry.FeedDatabase;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.SequenceCounts;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequencesTest {

    private static final QualifiedName TRIGGER = QualifiedName.of("guest", "readings");

    @TempDir
    Path folder;

    private final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "dc-1");
    private final Queue<Runnable> later = new ArrayDeque<>();
    private FeedDatabase database;
    private FeedRegistry registry;
    private Sequences sequences;

    @BeforeEach
    void start() {
        database = new FeedDatabase("test-feeds-db", folder.resolve("feeds.db"), 10);
        database.start();
        Clock clock = Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);
        registry = new FeedRegistry(database, clock);
        registry.start();
        sequences = new Sequences(registry, database, (wait, task) -> later.add(task), metrics, clock);
        sequences.start();
    }

    @AfterEach
    void stop() {
        sequences.close();
        end();
    }

    @Test
    void countsByTopicOrByTheDeviceThatThePayloadNames() {
        // Given
        feed(",'seq':'n'");
        come("dc/1", "{'n':1}", "{'n':2,'t':{'n':7}}", "{'n':'5'}");
        come("dc/2", "{'n':2}", "{'n':3}", "{'n':3}", "17", "{'n':-1}", "{'n':1.5}", "{}", "{");

        assertThat(counts()).isEqualTo(new SequenceCounts(2, 1, 0, 0, 5, 2));
        assertThat(metrics.value(Meter.FEED_SEQUENCE_MISSING)).isEqualTo(2);

        // When
        feed(",'seq':'n','seqBy':'device'");
        come("dc/1", "{'n':1,'device':'a'}", "{'device':7,'n':1}", "{'device':7,'x':[{'n':3}],'n':2}", "{'n':2}");

        // Then
        assertThat(counts()).isEqualTo(new SequenceCounts(0, 0, 0, 0, 1, 2));
    }

    @Test
    void afterAnOrderlyEndAlsoCountsWhatWasForgottenMeanwhile() {
        // Given
        feed(",'seq':'n'");
        come("dc/1", "{'n':1}", "{'n':4}");

        // When
        sequences.close();
        end();
        start();
        come("dc/1", "{'n':10}", "{'n':3}");

        // Then
        assertThat(counts()).isEqualTo(new SequenceCounts(6, 0, 0, 0, 0, 1));
    }

    @Test
    void afterAKillSaysOfHowManyNumbersItDoesNotKnow() {
        // Given: the last one is not stored any more
        feed(",'seq':'n'");
        come("dc/1", "{'n':1}", "{'n':4}");
        later.remove().run();
        come("dc/1", "{'n':5}");

        // When
        end();
        start();
        come("dc/1", "{'n':10}", "{'n':12}");

        // Then
        assertThat(counts()).isEqualTo(new SequenceCounts(3, 0, 0, 5, 0, 1));
    }

    @Test
    void whatComesWhileAFeedIsPausedIsNotMissing() {
        // Given
        feed(",'seq':'n'");
        come("dc/1", "{'n':1}");

        // When
        done(registry.pause(TRIGGER));
        come("dc/1", "{'n':2}");
        done(registry.resume(TRIGGER));
        come("dc/1", "{'n':100}", "{'n':102}");

        // Then
        assertThat(counts()).isEqualTo(new SequenceCounts(1, 0, 0, 0, 0, 1));
    }

    @Test
    void aFeedThatIsDeletedOrCountsNoMoreBeginsAnew() {
        // Given
        feed(",'seq':'n'");
        come("dc/1", "{'n':1}", "{'n':4}");
        later.remove().run();

        // When
        feed("");
        assertThat(registry.status(TRIGGER).sequence()).isEmpty();
        feed(",'seq':'n'");
        assertThat(counts()).isEqualTo(SequenceCounts.NONE);
        come("dc/1", "{'n':1}", "{'n':4}");
        later.remove().run();
        done(registry.delete(TRIGGER));
        sequences.close();
        end();
        start();
        feed(",'seq':'n'");

        // Then
        assertThat(counts()).isEqualTo(SequenceCounts.NONE);
    }

    @Test
    void ofTooManyDevicesForgetsTheOneNotHeardOfForLongest() {
        // Given
        feed(",'seq':'n'");
        for (int device = 0; device < FeedSequence.MAX_DEVICES; device++) {
            come("dc/" + device, "{'n':1}");
        }
        come("dc/0", "{'n':2}");

        // When
        come("dc/new", "{'n':1}");

        // Then
        come("dc/1", "{'n':10}");
        come("dc/0", "{'n':4}");
        assertThat(counts()).isEqualTo(new SequenceCounts(1, 0, 0, 0, 0, FeedSequence.MAX_DEVICES));
    }

    private void end() {
        registry.close();
        database.close();
    }

    private void feed(String parameters) {
        String json = "{\"url\":\"mqtt://host\",\"topic\":\"#\"" + parameters.replace('\'', '"') + "}";
        done(registry.put(
                TRIGGER, AuthKey.GUEST, MqttSpec.of(JsonObject.parse(json).copy())));
    }

    private void come(String topic, String... payloads) {
        for (String payload : payloads) {
            registry.status(TRIGGER).look(topic, payload.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        }
    }

    private SequenceCounts counts() {
        return registry.status(TRIGGER).sequence().orElseThrow();
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
