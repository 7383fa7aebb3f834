package io.fogwhisk.influx.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.flux.syntax.Parser;
import io.fogwhisk.influx.flux.table.Deadline;
import io.fogwhisk.influx.flux.type.Signatures;
import io.fogwhisk.influx.flux.type.TypeCheck;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scripts, good and bad, from {@code verdicts.txt}: the same verdict from us as from InfluxData's own checker. */
class VerdictsTest {

    private static final Signatures SIGNATURES = Signatures.read();

    record Verdict(boolean good, String script) {
        @Override
        public String toString() {
            return script.replace('\n', ' ');
        }
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesWhatInfluxDataRefuses(Verdict verdict) {
        assertThatThrownBy(() -> TypeCheck.check(Parser.parse(verdict.script()), SIGNATURES))
                .isInstanceOf(InfluxException.class)
                .hasMessageStartingWith("error @");
    }

    @ParameterizedTest
    @MethodSource("good")
    void acceptsWhatInfluxDataAccepts(Verdict verdict) {
        TypeCheck.check(Parser.parse(verdict.script()), SIGNATURES);
    }

    @ParameterizedTest
    @MethodSource("good")
    void understandsWhatItAcceptsOrSaysWhyNot(Verdict verdict) {
        String failure = "";
        try {
            FluxQuery.compile(
                    verdict.script(),
                    Map.of("a", "a", "b", "b"),
                    Instant.parse("2026-01-01T00:00:00Z"),
                    Deadline.none());
        } catch (InfluxException e) {
            failure = e.getMessage();
        }

        assertThat(failure).matches("|(?s)error @\\d+:\\d+: .+");
    }

    @Test
    void theVerdictsAreThoseOfInfluxData() throws IOException, InterruptedException {
        // Given
        List<Verdict> verdicts = verdicts();

        // When
        List<Boolean> theirs =
                FluxChecker.accepts(verdicts.stream().map(Verdict::script).toList());

        // Then
        List<Verdict> disputed = new ArrayList<>();
        for (int i = 0; i < verdicts.size(); i++) {
            if (theirs.get(i) != verdicts.get(i).good()) {
                disputed.add(verdicts.get(i));
            }
        }
        assertThat(disputed).isEmpty();
        assertThat(verdicts).hasSizeGreaterThan(300);
    }

    static Stream<Verdict> good() throws IOException {
        return verdicts().stream().filter(Verdict::good);
    }

    static Stream<Verdict> bad() throws IOException {
        return verdicts().stream().filter(verdict -> !verdict.good());
    }

    private static List<Verdict> verdicts() throws IOException {
        try (InputStream in = Objects.requireNonNull(VerdictsTest.class.getResourceAsStream("verdicts.txt"))) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            List<Verdict> verdicts = new ArrayList<>();
            for (String section : all.split("(?m)^=== ", -1)) {
                int end = section.indexOf('\n');
                if (end > 0) {
                    verdicts.add(new Verdict(
                            section.substring(0, end).equals("good"),
                            section.substring(end + 1).strip()));
                }
            }
            return verdicts;
        }
    }
}
