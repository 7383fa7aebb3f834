package io.fogwhisk.influx.flux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The scripts of the documented examples are scripts of InfluxDB: InfluxData's own checker accepts them. */
class DocumentedScriptsTest {

    @Test
    void areAcceptedByTheCheckerOfInfluxData() throws Exception {
        // Given
        List<Documented> sections = Documented.sections();
        // When
        List<Boolean> verdicts =
                FluxChecker.accepts(sections.stream().map(Documented::script).toList());
        // Then
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < sections.size(); i++) {
            if (!verdicts.get(i)) {
                refused.add(sections.get(i) + "\n" + sections.get(i).script());
            }
        }
        assertThat(verdicts).hasSameSizeAs(sections);
        assertThat(refused).isEmpty();
    }

    @Test
    void wouldBeRefusedIfATypeWereWrong() throws Exception {
        // When
        List<Boolean> verdicts = FluxChecker.accepts(
                List.of("from(bucket: 5) |> range(start: -1h)", "x = 1 + 1.0", "from(bucket: \"b\") |> rang()"));
        // Then
        assertThat(verdicts).containsExactly(false, false, false);
    }

    @Test
    void nameTheirPagesAndDifferInTheirNames() throws Exception {
        // When
        List<Documented> sections = Documented.sections();
        // Then
        assertThat(sections).hasSizeGreaterThanOrEqualTo(100);
        assertThat(sections).allMatch(section -> section.source().startsWith("https://docs.influxdata.com/"));
        assertThat(sections).extracting(Documented::name).doesNotHaveDuplicates();
        assertThat(sections).extracting(Documented::answer).allMatch(answer -> answer.startsWith("#datatype,"));
    }
}
