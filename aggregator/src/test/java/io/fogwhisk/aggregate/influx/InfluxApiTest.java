package io.fogwhisk.aggregate.influx;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.aggregate.HttpInflux;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InfluxApiTest {

    private static final int MOST = 128;
    private static final String LINE = "a,datacenter_id=1 value=1 1";
    private static final String FLUX =
            "from(bucket: \"measure\") |> range(start: 2026-03-01T00:00:00Z, stop: 2026-03-02T00:00:00Z)";

    private final HttpInflux influx = new HttpInflux();
    private final InfluxApi api = new InfluxApi(Duration.ofSeconds(20), true);

    @AfterEach
    void close() {
        api.close();
        influx.close();
    }

    @Test
    void givesUpTheLoginThatWasNotUsedForLongest() {
        // When
        for (int i = 0; i < MOST + 10; i++) {
            assertThat(api.write(target(influx, i), LINE)).isEqualTo(new WriteAnswer.Confirmed());
        }

        // Then: the first are as good as new
        assertThat(api.clients()).isEqualTo(MOST);
        assertThat(api.write(target(influx, 0), LINE)).isEqualTo(new WriteAnswer.Confirmed());
        assertThat(api.query(target(influx, 1), FLUX, 1 << 20)).isPresent();
        assertThat(api.clients()).isEqualTo(MOST);
    }

    @Test
    void givesUpNoLoginThatIsInUse() throws Exception {
        try (HttpInflux slow = new HttpInflux()) {
            // Given
            slow.hold();
            CompletableFuture<WriteAnswer> held = CompletableFuture.supplyAsync(() -> api.write(target(slow, 0), LINE));
            slow.awaitWrite();

            // When
            for (int i = 0; i < MOST + 10; i++) {
                assertThat(api.write(target(influx, i), LINE)).isEqualTo(new WriteAnswer.Confirmed());
            }

            // Then
            assertThat(held).isNotDone();
            slow.release();
            assertThat(held.get(20, TimeUnit.SECONDS)).isEqualTo(new WriteAnswer.Confirmed());
        }
    }

    private static InfluxTarget target(HttpInflux influx, int login) {
        return new InfluxTarget(new InfluxBucket(influx.url(), "influxdata", "measure"), "token-" + login);
    }
}
