package io.fogwhisk.aggregate.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineProtocolTest {

    @Test
    void writesOnePointALine() {
        // When
        String lines = new LineProtocol()
                .measurement("humidity")
                .tag("datacenter_id", "1")
                .field("value", 41.0)
                .time(1_795_167_437_363_000_000L)
                .measurement("day")
                .field("avg", 22.5)
                .field("count", 3L)
                .time(7)
                .toString();

        // Then
        assertThat(lines).isEqualTo("humidity,datacenter_id=1 value=41 1795167437363000000\nday avg=22.5,count=3i 7");
    }

    @Test
    void escapesWhatSeparatesAndNothingElse() {
        // When
        String line = new LineProtocol()
                .measurement("a,b c=d\"e")
                .tag("site", "rome dc,1=\"x\" é°\\y")
                .field("value", 1.0)
                .time(1)
                .toString();

        // Then
        assertThat(line).isEqualTo("a\\,b\\ c=d\"e,site=rome\\ dc\\,1\\=\"x\"\\ é°\\y value=1 1");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "22.5, 22.5",
        "-7, -7",
        "9007199254740991, 9007199254740991",
        "1e300, 1.0E300",
        "4.9e-324, 4.9E-324",
        "0.1, 0.1"
    })
    void writesAFloatSoThatItReadsBackAsTheSame(double value, String text) {
        // When
        String line = new LineProtocol()
                .measurement("m")
                .field("value", value)
                .time(1)
                .toString();

        // Then
        assertThat(line).isEqualTo("m value=" + text + " 1");
    }

    @Test
    void refusesAValueThatIsNotANumber() {
        LineProtocol line = new LineProtocol().measurement("m");
        assertThatThrownBy(() -> line.field("value", Double.NaN)).hasMessageContaining("must be finite");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#comment", "a\nb", "a\tb", "a\u007f", "ends\\", "a\\,b", "a\\ b", "a\\\\b", "\ud800x"})
    void findsNamesThatTheFormatCannotCarry(String name) {
        assertThat(LineProtocol.fault(name)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "rome dc 1", "a,b=c", "C:\\site", "\ud83c\udf21 temperatura", "\"quoted\"", "a#b"})
    void acceptsNamesThatItCanEscape(String name) {
        assertThat(LineProtocol.fault(name)).isEmpty();
    }

    @Test
    void refusesANameThatIsTooLong() {
        assertThat(LineProtocol.fault("x".repeat(257))).contains("is longer than 256 characters");
    }
}
