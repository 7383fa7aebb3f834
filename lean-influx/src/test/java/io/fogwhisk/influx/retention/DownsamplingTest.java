package io.fogwhisk.influx.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DownsamplingTest {

    @Test
    void rulesThatComputeOtherAggregatesHaveOtherProgress() {
        List<Downsampling> rules = List.of(
                rule("a", "b", 60, List.of(WindowFunction.MEAN), List.of()),
                rule("a", "b", 60, List.of(WindowFunction.MEAN, WindowFunction.MAX), List.of()),
                rule("a", "b", 60, List.of(WindowFunction.MEAN), List.of("m")),
                rule("a", "b", 60, List.of(WindowFunction.MEAN), List.of("m", "n")),
                rule("a", "b", 60, List.of(WindowFunction.MEAN), List.of("m\",\"n")),
                rule("a", "b", 3600, List.of(WindowFunction.MEAN), List.of()),
                rule("a/b", "c", 60, List.of(WindowFunction.MEAN), List.of()),
                rule("a", "b/c", 60, List.of(WindowFunction.MEAN), List.of()),
                rule("a\"/\"b", "c", 60, List.of(WindowFunction.MEAN), List.of()),
                rule("a", "b\"/\"c", 60, List.of(WindowFunction.MEAN), List.of()));

        Stream<String> ids = rules.stream().map(Downsampling::id);

        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void theOrderInWhichARuleNamesThingsDoesNotMatter() {
        assertThat(rule("a", "b", 60, List.of(WindowFunction.MEAN, WindowFunction.MAX), List.of("m", "n"))
                        .id())
                .isEqualTo(rule("a", "b", 60, List.of(WindowFunction.MAX, WindowFunction.MEAN), List.of("n", "m"))
                        .id());
    }

    private static Downsampling rule(
            String from, String to, int seconds, List<WindowFunction> functions, List<String> measurements) {
        return new Downsampling(from, to, Duration.ofSeconds(seconds), Duration.ZERO, functions, measurements);
    }
}
