package io.fogwhisk.influx.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.ColumnType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnotatedCsvTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, -0",
        "41, 41",
        "22.5, 22.5",
        "-0.001, -0.001",
        "0.0001, 0.0001",
        "1e21, 1000000000000000000000",
        "1.5e-7, 0.00000015",
        "123456789.125, 123456789.125",
        "Infinity, +Inf",
        "NaN, NaN"
    })
    void writesFloatsWithoutExponents(double value, String text) {
        assertThat(cell(ColumnType.FLOAT, value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1970-01-01T00:00:00Z",
        "-1, 1969-12-31T23:59:59.999999999Z",
        "1767225600100000000, 2026-01-01T00:00:00.1Z",
        "1767225600000001000, 2026-01-01T00:00:00.000001Z"
    })
    void writesTimesWithoutTrailingZeros(long nanos, String text) {
        assertThat(cell(ColumnType.TIME, nanos)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "plain|plain",
                "a,b|\"a,b\"",
                "say \"x\"|\"say \"\"x\"\"\"",
                "` lead`|`\" lead\"`",
                "`a\nb`|`\"a\nb\"`"
            })
    void quotesTextThatNeedsIt(String value, String text) {
        assertThat(cell(ColumnType.STRING, value)).isEqualTo(text);
    }

    @Test
    void leavesTheCellOfANullEmpty() {
        assertThat(cell(ColumnType.FLOAT, null)).isEmpty();
    }

    @Test
    void endsAnAnswerThatFailedHalfWayWithTheError() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AnnotatedCsv csv = new AnnotatedCsv(Dialect.DEFAULT, out);

        csv.result("r");
        csv.table(List.of(new Column("v", ColumnType.INT, false)), new @Nullable Object[1]);
        csv.row(new Object[] {1L});
        csv.fail("disk, gone");

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        ,result,table,v
                        ,r,0,1

                        #datatype,string,string
                        #group,true,true
                        #default,,
                        ,error,reference
                        ,"disk, gone",
                        """.replace("\n", "\r\n"));
        assertThat(csv.sent()).isTrue();
    }

    private static String cell(ColumnType type, @Nullable Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AnnotatedCsv csv = new AnnotatedCsv(new Dialect(false, ',', List.of(), false), out);
        csv.result("r");
        csv.table(List.of(new Column("v", type, false)), new @Nullable Object[1]);
        csv.row(new @Nullable Object[] {value});
        csv.end();
        String line = out.toString(StandardCharsets.UTF_8);
        return line.substring(",r,0,".length(), line.length() - "\r\n\r\n".length());
    }
}
