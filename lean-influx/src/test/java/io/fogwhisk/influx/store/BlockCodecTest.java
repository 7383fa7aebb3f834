package io.fogwhisk.influx.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.line.FieldType;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockCodecTest {

    private static final double[] EVIL_DOUBLES = {
        0.0,
        -0.0,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MIN_NORMAL,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        0.1,
        0.30000000000000004,
        1e22,
        1.0 / 3,
        9007199254740992.0,
        -1e-9,
        123456.789
    };
    private static final long[] EVIL_LONGS = {
        Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, 1, Long.MIN_VALUE + 1, Integer.MIN_VALUE, 1L << 53, -(1L << 62)
    };
    private static final String[] EVIL_TEXTS = {"", " ", "\n", "\0", "°C", "\uD83D\uDE00", "a\"b\\c", "x".repeat(3_000)
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void givesBackWhatItPacked(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            int count = 1 + random.nextInt(round % 10 == 0 ? 2_000 : 40);
            long[] times = times(random, count);
            for (FieldType type : FieldType.values()) {
                Chunk chunk = new Chunk(type, times, values(type, random, count), 0, count);
                int from = random.nextInt(count);
                assertRoundTrip(chunk.slice(from, from + 1 + random.nextInt(count - from)));
            }
        }
    }

    @Test
    void keepsEveryEvilDoubleBitByBitNextToPlainOnes() {
        for (double evil : EVIL_DOUBLES) {
            assertRoundTrip(
                    new Chunk(FieldType.FLOAT, new long[] {1, 2, 3, 4}, new double[] {1.5, evil, -2.25, evil}, 0, 4));
        }
    }

    @Test
    void packsTheReadingsOfASensorIntoAFewBytes() {
        long[] times = LongStream.range(0, 1_000)
                .map(i -> 1_700_000_000_000_000_000L + i * 10_000_000_000L)
                .toArray();
        double[] values = new double[1_000];
        Random random = new Random(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.rint(200 + random.nextGaussian() * 3) / 10;
        }

        byte[] block = BlockCodec.encode(new Chunk(FieldType.FLOAT, times, values, 0, 1_000));

        assertThat(block).hasSizeLessThan(2_100);
    }

    private static void assertRoundTrip(Chunk chunk) {
        Chunk read = BlockCodec.decode(chunk.type(), chunk.count(), BlockCodec.encode(chunk));

        assertThat(read.times()).isEqualTo(Arrays.copyOfRange(chunk.times(), chunk.from(), chunk.to()));
        for (int i = 0; i < chunk.count(); i++) {
            // equals of Double tells 0.0 from -0.0
            assertThat(read.value(i)).isEqualTo(chunk.value(chunk.from() + i));
        }
    }

    private static long[] times(Random random, int count) {
        return switch (random.nextInt(4)) {
            case 0 -> random.longs().distinct().limit(count).sorted().toArray();
            case 1 ->
                LongStream.range(0, count).map(i -> i * 1_000_000_000L - 5).toArray();
            case 2 ->
                LongStream.generate(() -> random.nextInt(1_000_000) * 1_000_000L)
                        .distinct()
                        .limit(count)
                        .sorted()
                        .toArray();
            default -> {
                long[] times = new long[count];
                times[0] = Long.MIN_VALUE;
                for (int i = 1; i < count; i++) {
                    times[i] = times[i - 1] + 1 + random.nextInt(3);
                }
                if (count > 1) {
                    times[count - 1] = Long.MAX_VALUE;
                }
                yield times;
            }
        };
    }

    private static Object values(FieldType type, Random random, int count) {
        int style = random.nextInt(4);
        return switch (type) {
            case FLOAT -> {
                double[] values = new double[count];
                Arrays.setAll(values, i -> switch (style) {
                    case 0 -> finite(random);
                    case 1 -> EVIL_DOUBLES[random.nextInt(EVIL_DOUBLES.length)];
                    case 2 -> random.nextInt(2_000_000) / 1e3;
                    default -> random.nextInt(100) / Math.pow(10, random.nextInt(12));
                });
                yield values;
            }
            case INTEGER, UNSIGNED -> {
                long[] values = new long[count];
                Arrays.setAll(values, i -> switch (style) {
                    case 0 -> random.nextLong();
                    case 1 -> EVIL_LONGS[random.nextInt(EVIL_LONGS.length)];
                    default -> random.nextInt(100);
                });
                yield values;
            }
            case STRING ->
                objects(
                        count,
                        i -> style < 2
                                ? EVIL_TEXTS[random.nextInt(EVIL_TEXTS.length)]
                                : "text " + random.nextInt(1_000));
            case BOOLEAN -> objects(count, i -> random.nextBoolean());
        };
    }

    private static Object[] objects(int count, IntFunction<Object> value) {
        Object[] values = new Object[count];
        Arrays.setAll(values, value);
        return values;
    }

    private static double finite(Random random) {
        double value = Double.longBitsToDouble(random.nextLong());
        return Double.isFinite(value) ? value : 0.5;
    }
}
