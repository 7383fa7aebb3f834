package io.fogwhisk.aggregate.influx;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.aggregate.HttpInflux;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitWriteTest {

    private final HttpInflux influx = new HttpInflux();
    private final InfluxApi api = new InfluxApi(Duration.ofSeconds(5), true);
    private final List<String> refused = new ArrayList<>();

    @AfterEach
    void close() {
        api.close();
        influx.close();
    }

    @Test
    void refusesForGoodWhatTheDatabaseRefusesAlone() {
        // Given
        influx.refuse(line -> line.endsWith(" 2"));

        // When
        SplitWrite.Progress progress = write(lines(4));

        // Then
        assertThat(progress).isEqualTo(new SplitWrite.Progress(4, null));
        assertThat(refused).containsExactly(line(2));
        assertThat(influx.points("measure")).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void refusesNothingForGoodThatOnlyAProxyRefuses(int status) {
        // Given
        influx.proxyFailsWith(status, 0);

        // When
        SplitWrite.Progress progress = write(lines(4));

        // Then
        assertThat(refused).isEmpty();
        assertThat(progress.decided()).isZero();
        assertThat(progress.failure()).isNotNull().satisfies(failure -> {
            assertThat(failure.configuration()).isTrue();
            assertThat(failure.reason()).contains(influx.url(), "proxy");
        });
    }

    @Test
    void halvesWhatIsTooLargeForAProxy() {
        // Given: room for three lines
        influx.proxyFailsWith(413, 3 * line(1).length() + 2);

        // When
        SplitWrite.Progress progress = write(lines(9));

        // Then
        assertThat(progress).isEqualTo(new SplitWrite.Progress(9, null));
        assertThat(refused).isEmpty();
        assertThat(influx.points("measure")).hasSize(9);
    }

    private SplitWrite.Progress write(List<Points> points) {
        InfluxTarget target = new InfluxTarget(new InfluxBucket(influx.url(), "influxdata", "measure"), "secret");
        return new SplitWrite<Points>(api, each -> each, confirmed -> {}, (bad, reason) -> refused.add(bad.lines()))
                .write(target, points);
    }

    private static List<Points> lines(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Points(Points.Kind.READING, line(i), 1))
                .toList();
    }

    private static String line(int time) {
        return "humidity,datacenter_id=1 value=1 " + time;
    }
}
