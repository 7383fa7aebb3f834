package io.fogwhisk.influx.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.flux.FluxChecker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    @Test
    void whateverIsAskedIsTheFluxOfInfluxDb() throws Exception {
        // Given
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        Instant stop = Instant.parse("2026-01-02T00:00:00.5Z");
        List<String> names = List.of("m", "say \"hi\" ${x} \\ end\n", "$");
        Downsampling some = rule("a ${b} \"c\"", "d", 90, List.of(WindowFunction.MEAN), names);
        Downsampling all = rule("a", "b", 86_400, List.of(WindowFunction.MEAN), List.of());
        List<String> scripts = new ArrayList<>();
        for (Downsampling rule : List.of(some, all)) {
            scripts.add(FluxText.firstTime(rule, start, stop));
            scripts.add(FluxText.lastOfEach(rule, start, stop));
            for (WindowFunction function : WindowFunction.values()) {
                scripts.add(FluxText.windows(rule, names.get(1), function, names, start, stop));
            }
        }
        scripts.add(FluxText.lastOfEach(all, start, stop) + " |> nothing()");

        // When
        List<Boolean> verdicts = FluxChecker.accepts(scripts);

        // Then: all but the last, which shows that it can refuse.
        assertThat(verdicts).hasSize(scripts.size());
        assertThat(verdicts.subList(0, scripts.size() - 1)).containsOnly(true);
        assertThat(verdicts.get(scripts.size() - 1)).isFalse();
    }

    private static Downsampling rule(
            String from, String to, int seconds, List<WindowFunction> functions, List<String> measurements) {
        return new Downsampling(from, to, Duration.ofSeconds(seconds), Duration.ZERO, functions, measurements);
    }
}
