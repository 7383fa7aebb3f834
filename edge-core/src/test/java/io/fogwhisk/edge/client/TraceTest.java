package io.fogwhisk.edge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fogwhisk.edge.rpc.EdgeException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceTest {

    private static final TraceGenerator.Spec SPEC =
            new TraceGenerator.Spec("localhost:6473", "clambda0", 100, 500, 2, 5, 10, 100);

    @Test
    void readsWhatIsWritten() {
        TraceRow row = new TraceRow(1.25, "clambda0", "localhost:6473", 100);

        assertThat(row).hasToString("1.250000 clambda0 localhost:6473 100");
        assertThat(TraceRow.parse(row.toString())).isEqualTo(row);
    }

    @Test
    void passesOverBlankLinesAndNotes() {
        TraceReader trace = new TraceReader("t", new StringReader("# time lambda server size\n\n0 f h:1 12\n"));

        assertThat(trace.next()).contains(new TraceRow(0, "f", "h:1", 12));
        assertThat(trace.next()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1 f h:1, 'time lambda server size'",
        "x f h:1 1, must be numbers",
        "1 f h 1, host:port",
        "-1 f h:1 1, must be at least 0",
        "1 f h:1 99999999, must be 0 to",
    })
    void saysWhichLineIsWrong(String line, String message) {
        TraceReader trace = new TraceReader("my.trace", new StringReader("0 f h:1 1\n" + line + "\n"));
        trace.next();

        assertThatThrownBy(trace::next)
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("my.trace line 2: ")
                .hasMessageContaining(message);
    }

    @Test
    void generatesRowsInOrderAtTheRateOfAllClients() {
        // When
        List<TraceRow> rows = rows(1);

        // Then
        assertThat(rows).isSortedAccordingTo(Comparator.comparingDouble(TraceRow::at));
        assertThat(rows.size() / 100.0).isCloseTo(5 * 2, within(1.0));
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.at()).isBetween(10.0, 110.0);
            assertThat(row.size()).isBetween(100, 500);
        });
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        assertThat(rows(1)).isEqualTo(rows(1)).isNotEqualTo(rows(2));
    }

    @Test
    void inputsHaveTheSizeThatWasAskedFor() {
        assertThat(Inputs.text(100)).hasSize(100).startsWith("{\"input\":\"A").endsWith("A\"}");
        assertThat(Inputs.text(1)).hasSize(12);
    }

    private static List<TraceRow> rows(long seed) {
        TraceGenerator trace = new TraceGenerator(SPEC, seed);
        List<TraceRow> rows = new ArrayList<>();
        for (Optional<TraceRow> row = trace.next(); row.isPresent(); row = trace.next()) {
            rows.add(row.get());
        }
        return rows;
    }
}
