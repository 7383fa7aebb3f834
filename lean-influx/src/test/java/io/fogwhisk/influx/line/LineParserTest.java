package io.fogwhisk.influx.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.influx.line.FieldValue.BooleanValue;
import io.fogwhisk.influx.line.FieldValue.FloatValue;
import io.fogwhisk.influx.line.FieldValue.IntegerValue;
import io.fogwhisk.influx.line.FieldValue.TextValue;
import io.fogwhisk.influx.line.FieldValue.UnsignedValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineParserTest {

    private static final long NOW = 1_767_225_600_000_000_000L;

    private final SeriesKeyCache keys = new SeriesKeyCache(64);

    @Test
    void readsEveryTypeOfField() {
        Point point = one("m f=1.5,whole=-3i,big=18446744073709551615u,yes=t,no=FALSE,text=\"a\" 7");

        assertThat(point)
                .isEqualTo(new Point(
                        new SeriesKey("m", List.of()),
                        List.of(
                                new Field("f", new FloatValue(1.5)),
                                new Field("whole", new IntegerValue(-3)),
                                new Field("big", new UnsignedValue(-1)),
                                new Field("yes", new BooleanValue(true)),
                                new Field("no", new BooleanValue(false)),
                                new Field("text", new TextValue("a"))),
                        7));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "0,0.0",
                "-0.5,-0.5",
                "41,41.0",
                ".5,0.5",
                "5.,5.0",
                "1e3,1000.0",
                "-1.25E-2,-0.0125",
                "0.1,0.1",
                "123456789012345678,123456789012345678",
                "0.30000000000000004,0.30000000000000004",
                "1.7976931348623157e308,1.7976931348623157e308"
            })
    void readsFloatsExactly(String text, double value) {
        assertThat(one("m v=" + text + " 1").fields()).containsExactly(new Field("v", new FloatValue(value)));
    }

    @Test
    void refusesALineWithMoreFieldsThanAnybodyMeans() {
        String most = IntStream.range(0, 4_096).mapToObj(i -> "f" + i + "=1").collect(Collectors.joining(","));

        assertThat(one("m " + most + " 1").fields()).hasSize(4_096);
        assertThat(parse("m " + most + ",f=1 1\nm v=1 1", Precision.NS).points).hasSize(1);
        assertThat(parse("m " + most + ",f=1 1", Precision.NS).bad.get(0)).contains("too many fields: more than 4096");
    }

    @Test
    void remembersOnlyKeysOfAReasonableLength() {
        String longest = "k".repeat(1_024) + " v=1 1";

        assertThat(one(longest).series()).isSameAs(one(longest).series());
        assertThat(one("k" + longest).series()).isNotSameAs(one("k" + longest).series());
    }

    @Test
    void takesTheTimeOfTheRequestWhenTheLineHasNone() {
        assertThat(one("m v=1").time()).isEqualTo(NOW);
    }

    @ParameterizedTest
    @CsvSource({"NS,1", "US,1000", "MS,1000000", "S,1000000000"})
    void multipliesTheTimestampByThePrecision(Precision precision, long nanos) {
        assertThat(parse("m v=1 -3", precision).points).extracting(Point::time).containsExactly(-3 * nanos);
    }

    @Test
    void undoesEscapes() {
        Point point = one("a\\,\\ b\\=,k\\=1=v\\ \\,2,z\\d=\\e f\\ g=\"q\\\"uo\\\\te\\n, =\" 1");

        assertThat(point.series().measurement()).isEqualTo("a, b\\=");
        assertThat(point.series().tags()).containsExactly(new Tag("k=1", "v ,2"), new Tag("z\\d", "\\e"));
        assertThat(point.fields()).containsExactly(new Field("f g", new TextValue("q\"uo\\te\\n, =")));
    }

    @Test
    void sortsTagsSoThatTheirOrderDoesNotMatter() {
        assertThat(one("m,b=2,a=1 v=1 1").series())
                .isEqualTo(one("m,a=1,b=2 v=1 1").series());
    }

    @Test
    void letsTheLaterOfTwoFieldsWithOneNameCount() {
        assertThat(one("m v=1,w=2,v=3 1").fields())
                .containsExactly(new Field("w", new FloatValue(2)), new Field("v", new FloatValue(3)));
    }

    @Test
    void skipsBlankLinesCommentsAndCarriageReturns() {
        Collected found = parse("\r\n# a comment\n\n  m v=1 1\r\n\t\n#m v=2 2\nm v=3 3", Precision.NS);

        assertThat(found.points).extracting(Point::time).containsExactly(1L, 3L);
        assertThat(found.lines).containsExactly(4, 7);
        assertThat(found.bad).isEmpty();
    }

    @Test
    void keepsALineBreakInsideAQuotedValue() {
        Collected found = parse("m t=\"one\ntwo\" 1\nm v=1 2", Precision.NS);

        assertThat(found.points.get(0).fields()).containsExactly(new Field("t", new TextValue("one\ntwo")));
        assertThat(found.lines).containsExactly(1, 3);
    }

    @Test
    void losesOnlyTheLineInWhichAQuoteIsNeverClosed() {
        Collected found = parse("m v=1 1\nm t=\"open 2\nm v=3 3", Precision.NS);

        assertThat(found.points).extracting(Point::time).containsExactly(1L, 3L);
        assertThat(found.bad).containsExactly("2: m t=\"open 2: unbalanced quotes");
    }

    @Test
    void namesEveryLineThatALaterQuoteSeemsToClose() {
        Collected found = parse("m v=1 1\nm t=\"open 2\nm t=\"closed\" 3\nm v=1 4", Precision.NS);

        assertThat(found.bad).hasSize(1).allMatch(line -> line.startsWith("2 to 3: m t=\"open 2: unexpected text"));
        assertThat(found.lines).containsExactly(1, 4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "m ; missing fields",
                "m v ; missing field value",
                "m v= 1 ; missing field value",
                "m =1 1 ; missing field key",
                "m v=1,; missing field key",
                "m v=1 x ; invalid timestamp x",
                "m v=1 1 1 ; unexpected text after the timestamp",
                "m v=1 99999999999999999999 ; invalid timestamp",
                "m,a v=1 ; missing tag value",
                "m,a= v=1 ; missing tag value",
                "m,=1 v=1 ; missing tag key",
                "m,a=1,a=2 v=1 ; tag a is given twice",
                "m,a=b=c v=1 ; unescaped = in a tag value",
                "m,_field=1 v=1 ; tag key _field is reserved",
                "m time=1 ; field key time is reserved",
                ",a=1 v=1 ; missing measurement",
                "m v=NaN ; invalid value NaN",
                "m v=1e999 ; invalid value 1e999",
                "m v=0x1p3 ; invalid value 0x1p3",
                "m v=1f ; invalid value 1f",
                "m v=+1 ; invalid value +1",
                "m v=1.2.3 ; invalid value 1.2.3",
                "m v=- ; invalid value -",
                "m v=9223372036854775808i ; invalid value 9223372036854775808i",
                "m v=-1u ; invalid value -1u",
                "m v=hello ; invalid value hello",
                "m v=undefined ; invalid value undefined",
                "m v=[object Object] ; invalid value [object",
                "m v=\"a\"b 1 ; unexpected text after the value of field v"
            })
    void saysWhyALineIsBadAndReadsTheNext(String line, String reason) {
        Collected found = parse("m v=1 1\n" + line + "\nm v=2 2\n", Precision.NS);

        assertThat(found.points).extracting(Point::time).containsExactly(1L, 2L);
        assertThat(found.bad).hasSize(1);
        assertThat(found.bad.get(0)).startsWith("2: ").contains(reason);
    }

    @Test
    void refusesTimesThatNanosecondsCannotTell() {
        assertThat(parse("m v=1 9223372037", Precision.S).bad.get(0)).contains("outside of the years 1677 to 2262");
        assertThat(parse("m v=1 9223372036", Precision.S).bad).isEmpty();
    }

    @Test
    void readsBackWhateverThePrinterPrints() {
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            Point point = random(random);

            Collected found = parse(LinePrinter.print(point), Precision.NS);

            assertThat(found.bad).isEmpty();
            assertThat(found.points).containsExactly(point);
            assertThat(SeriesKey.parse(point.series().canonical())).isEqualTo(point.series());
        }
    }

    @Test
    void printsNoNamesThatLineProtocolCannotCarry() {
        assertThatThrownBy(() -> new SeriesKey("a\nb", List.of())).hasMessageContaining("line breaks");
        assertThatThrownBy(() -> new SeriesKey("a\\", List.of())).hasMessageContaining("backslash at the end");
        assertThatThrownBy(() -> new SeriesKey("#a", List.of())).hasMessageContaining("must not start with");
    }

    @Test
    void neverFailsOtherThanByNamingALine() {
        Random random = new Random(11);
        byte[] alphabet = "m,t=\\ \"\n\r#1-+.eiuTf\0\u00e9\ud834\udd1e".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] text = new byte[random.nextInt(60)];
            for (int at = 0; at < text.length; at++) {
                text[at] =
                        random.nextInt(8) == 0 ? (byte) random.nextInt(256) : alphabet[random.nextInt(alphabet.length)];
            }
            Collected found = new Collected();

            LineParser.parse(text, Precision.NS, NOW, keys, found);

            assertThat(found.bad).noneMatch(String::isBlank);
            for (Point point : found.points) {
                Collected again = parse(LinePrinter.print(point), Precision.NS);
                assertThat(again.points).as(LinePrinter.print(point)).containsExactly(point);
            }
        }
    }

    @Test
    void readsPartByPartWhatItReadsAtOnce() {
        String text = "m v=1 1\n\nm v= 2\nm t=\"a\nb\" 3\n# c\nm v=4 4\nm v=5 5\n\n";
        Collected parts = new Collected();
        LineParser parser = new LineParser(text.getBytes(StandardCharsets.UTF_8), Precision.NS, NOW, keys, parts);

        int rounds = 1;
        while (parser.next(2)) {
            rounds++;
        }

        assertThat(rounds).isEqualTo(3);
        assertThat(parts.points).isEqualTo(parse(text, Precision.NS).points);
        assertThat(parts.lines).containsExactly(1, 4, 7, 8);
        assertThat(parts.bad).isEqualTo(parse(text, Precision.NS).bad).hasSize(1);
    }

    @Test
    void refusesKeysAndTextsThatAreTooLong() {
        String longest = "k".repeat(65_535 - "m".length() - 4);
        assertThat(parse("m " + longest + "=1 1", Precision.NS).bad).isEmpty();
        assertThat(parse("m " + longest + "k=1 1", Precision.NS).bad.get(0))
                .contains("max key length exceeded: 65536 > 65535");
        assertThat(parse("m,t=" + longest + "k v=1 1", Precision.NS).bad.get(0)).contains("max key length exceeded");
        String text = "x".repeat(1 << 20);
        assertThat(parse("m t=\"" + text + "\" 1", Precision.NS).bad).isEmpty();
        assertThat(parse("m t=\"" + text + "x\" 1", Precision.NS).bad.get(0))
                .contains("a text is too long: 1048577 > 1048576");
    }

    @Test
    void refusesBytesThatAreNoText() {
        for (String part : List.of("m@,t=v f=1", "m,t@=v f=1", "m,t=v@ f=1", "m f@=1", "m f=\"@\"")) {
            byte[] text = part.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < text.length; i++) {
                text[i] = text[i] == '@' ? (byte) 0xff : text[i];
            }
            Collected found = new Collected();

            LineParser.parse(text, Precision.NS, NOW, keys, found);

            assertThat(found.points).isEmpty();
            assertThat(found.bad).hasSize(1).allMatch(reason -> reason.contains("not UTF-8"));
        }
        assertThat(one("m,t=\ufffd f=1").series().tags()).containsExactly(new Tag("t", "\ufffd"));
    }

    @Test
    void letsTheLastOfManyFieldsWithOneNameCount() {
        StringBuilder fields = new StringBuilder("f0=0");
        for (int i = 1; i < 200; i++) {
            fields.append(",f").append(i % 100).append('=').append(i);
        }

        List<Field> found = one("m " + fields + " 1").fields();

        assertThat(found)
                .hasSize(100)
                .contains(new Field("f0", new FloatValue(100)), new Field("f99", new FloatValue(199)));
    }

    private static Point random(Random random) {
        List<Tag> tags = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            String key = name(random);
            if (used.add(key)) {
                tags.add(new Tag(key, name(random)));
            }
        }
        List<Field> fields = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            String name = name(random);
            if (fields.stream().noneMatch(field -> field.name().equals(name))) {
                fields.add(new Field(name, value(random)));
            }
        }
        return new Point(new SeriesKey(name(random), tags), fields, random.nextLong() / 2);
    }

    private static FieldValue value(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> new FloatValue(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
            case 1 -> new FloatValue(random.nextInt(100_000) / 100.0);
            case 2 -> new IntegerValue(random.nextLong());
            case 3 -> new UnsignedValue(random.nextLong());
            case 4 -> new BooleanValue(random.nextBoolean());
            default -> new TextValue(text(random, "ab ,=\"\\\n\r#é€𝄞\t", random.nextInt(8)));
        };
    }

    private static String name(Random random) {
        return "n" + text(random, "ab ,=\"\\#é€𝄞", random.nextInt(6)) + "z";
    }

    private static String text(Random random, String letters, int length) {
        int[] points = letters.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }

    private Point one(String line) {
        Collected found = parse(line, Precision.NS);
        assertThat(found.bad).isEmpty();
        assertThat(found.points).hasSize(1);
        return found.points.get(0);
    }

    private Collected parse(String text, Precision precision) {
        Collected found = new Collected();
        LineParser.parse(text.getBytes(StandardCharsets.UTF_8), precision, NOW, keys, found);
        return found;
    }

    private static final class Collected implements LineSink {
        private final List<Point> points = new ArrayList<>();
        private final List<Integer> lines = new ArrayList<>();
        private final List<String> bad = new ArrayList<>();

        @Override
        public void point(int line, Point point) {
            lines.add(line);
            points.add(point);
        }

        @Override
        public void bad(int first, int last, String text, String reason) {
            bad.add((first == last ? "" : first + " to ") + last + ": " + text + ": " + reason);
        }
    }
}
