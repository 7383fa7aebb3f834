package io.fogwhisk.base.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Metrics metrics = new Metrics(registry, "dc-1");

    @Test
    void everyMeterIsThereBeforeItIsCounted() {
        assertThat(Meter.values())
                .allSatisfy(meter -> assertThat(metrics.value(meter)).isZero());
        assertThat(registry.getMeters()).hasSameSizeAs(Meter.values());
    }

    @Test
    void countsAreTaggedWithTheSite() {
        metrics.count(Meter.FEED_FIRED);
        metrics.count(Meter.FEED_FIRED, 2);

        assertThat(metrics.value(Meter.FEED_FIRED)).isEqualTo(3);
        assertThat(registry.get("fogwhisk.feed.fired")
                        .tag("site", "dc-1")
                        .counter()
                        .count())
                .isEqualTo(3.0);
    }

    @Test
    void aQueueThatIsGoneShowsNothing() {
        Runnable hide = metrics.queue("inbox", () -> 7);

        hide.run();

        assertThat(registry.find("fogwhisk.queue.depth").gauge()).isNull();
    }

    @Test
    void aQueueShowsItsDepth() {
        metrics.queue("inbox", () -> 7);

        assertThat(registry.get("fogwhisk.queue.depth")
                        .tag("queue", "inbox")
                        .gauge()
                        .value())
                .isEqualTo(7.0);
    }
}
