package io.fogwhisk.bridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.bridge.InMemoryOpenWhisk;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.AuthKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CachedIdentitiesTest {

    private final AtomicLong now = new AtomicLong();
    private final InMemoryOpenWhisk whisk = new InMemoryOpenWhisk();
    private final AtomicBoolean away = new AtomicBoolean();
    private final Identities known = new CachedIdentities(
            key -> away.get() ? CompletableFuture.failedStage(new WskException("away")) : whisk.namespaceOf(key),
            now::get);

    @Test
    void asksAgainAfterAMinute() {
        // When
        assertThat(ask().join()).contains("guest");
        assertThat(ask().join()).contains("guest");
        // Then
        assertThat(whisk.asked).hasValue(1);

        // When
        now.addAndGet(Duration.ofSeconds(61).toNanos());
        assertThat(ask().join()).contains("guest");
        // Then
        assertThat(whisk.asked).hasValue(2);
    }

    @Test
    void holdsToWhatItKnowsForAnHourWhileNobodyCanBeAsked() {
        // Given
        assertThat(ask().join()).contains("guest");
        away.set(true);

        // Then
        now.addAndGet(Duration.ofMinutes(59).toNanos());
        assertThat(ask().join()).contains("guest");
        now.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(ask()).isCompletedExceptionally();
    }

    @Test
    void forgetsTheOldestActivations() {
        // Given
        ActivationPlaces places = new ActivationPlaces(2);
        ActivationId[] ids = new ActivationId[3];
        for (int i = 0; i < 3; i++) {
            ids[i] = new ActivationId("f".repeat(31) + i);
            places.remember(ids[i], "host:" + i);
        }

        // Then
        assertThat(places.find(ids[0])).isEmpty();
        assertThat(places.find(ids[1])).contains("host:1");
        assertThat(places.find(ids[2])).contains("host:2");
    }

    private CompletableFuture<Optional<String>> ask() {
        return known.namespaceOf(AuthKey.GUEST).toCompletableFuture();
    }
}
