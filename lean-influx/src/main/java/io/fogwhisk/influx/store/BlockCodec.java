package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.FieldType;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The points of a block as bytes. Times: the unit that divides all distances, the first time, the first distance, then
 * how each distance differs from the one before, which is 0 for a sensor that keeps its rhythm. Numbers: the
 * differences of neighbours; those of doubles are whole numbers of the smallest decimal place that all values of the
 * block share, where that gives back every value bit by bit, or else the doubles themselves. Texts: a dictionary where
 * they repeat. Booleans: bits.
 *
 * <p>All arithmetic wraps around, so that any distance of two 64-bit numbers is exact.
 */
final class BlockCodec {

    private static final int RAW = 0;
    private static final int PACKED = 1;
    private static final int MOST_DECIMALS = 9;
    private static final long EXACT = 1L << 53;
    private static final long[] UNITS = {1_000_000_000L, 1_000_000L, 1_000L};
    private static final double[] POWERS = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

    private BlockCodec() {}

    static byte[] encode(Chunk chunk) {
        Bytes out = new Bytes(16 + chunk.count() * 4);
        times(chunk, out);
        switch (chunk.type()) {
            case FLOAT -> doubles(chunk, out);
            case INTEGER, UNSIGNED -> longs(chunk, out);
            case STRING -> texts(chunk, out);
            case BOOLEAN -> flags(chunk, out);
        }
        return out.toArray();
    }

    /**
     * Reads a block back.
     *
     * @param count how many points it holds, at least one
     */
    static Chunk decode(FieldType type, int count, byte[] block) {
        Bytes.Reader in = new Bytes.Reader(block);
        long[] times = times(in, count);
        Object values = switch (type) {
            case FLOAT -> doubles(in, count);
            case INTEGER, UNSIGNED -> longs(in, count);
            case STRING -> texts(in, count);
            case BOOLEAN -> flags(in, count);
        };
        return new Chunk(type, times, values, 0, count);
    }

    private static void times(Chunk chunk, Bytes out) {
        long[] times = chunk.times();
        long unit = unit(chunk);
        out.putVarint(unit);
        out.putLong(chunk.first());
        long before = 0;
        for (int i = chunk.from() + 1; i < chunk.to(); i++) {
            long distance = (times[i] - times[i - 1]) / unit;
            out.putZigzag(distance - before);
            before = distance;
        }
    }

    private static long unit(Chunk chunk) {
        long[] times = chunk.times();
        for (long unit : UNITS) {
            boolean divides = true;
            for (int i = chunk.from() + 1; i < chunk.to() && divides; i++) {
                long distance = times[i] - times[i - 1];
                divides = distance > 0 && distance % unit == 0;
            }
            if (divides) {
                return unit;
            }
        }
        return 1;
    }

    private static long[] times(Bytes.Reader in, int count) {
        long unit = in.nextVarint();
        long[] times = new long[count];
        long time = in.nextLong();
        times[0] = time;
        long distance = 0;
        for (int i = 1; i < count; i++) {
            distance += in.nextZigzag();
            time += distance * unit;
            times[i] = time;
        }
        return times;
    }

    private static void doubles(Chunk chunk, Bytes out) {
        double[] values = chunk.doubles();
        int start = out.size();
        int decimals = decimals(values, chunk.from(), chunk.to());
        if (decimals >= 0) {
            out.put(PACKED);
            out.put(decimals);
            // More decimals than a value needs can cost it its last bit, so each is looked at again.
            if (scaled(values, chunk.from(), chunk.to(), POWERS[decimals], out)) {
                return;
            }
            out.shrink(start);
        }
        out.put(RAW);
        for (int i = chunk.from(); i < chunk.to(); i++) {
            out.putLong(Double.doubleToRawLongBits(values[i]));
        }
    }

    /** How many decimal places the value with the most has, or -1 if one has no such form. */
    private static int decimals(double[] values, int from, int to) {
        int decimals = 0;
        for (int i = from; i < to; i++) {
            while (!exact(values[i], POWERS[decimals])) {
                decimals++;
                if (decimals > MOST_DECIMALS) {
                    return -1;
                }
            }
        }
        return decimals;
    }

    private static boolean exact(double value, double power) {
        double scaled = Math.rint(value * power);
        return Math.abs(scaled) < EXACT
                && Double.doubleToRawLongBits((long) scaled / power) == Double.doubleToRawLongBits(value);
    }

    private static boolean scaled(double[] values, int from, int to, double power, Bytes out) {
        long before = 0;
        for (int i = from; i < to; i++) {
            if (!exact(values[i], power)) {
                return false;
            }
            long scaled = (long) Math.rint(values[i] * power);
            out.putZigzag(scaled - before);
            before = scaled;
        }
        return true;
    }

    private static double[] doubles(Bytes.Reader in, int count) {
        double[] values = new double[count];
        if (in.next() == RAW) {
            for (int i = 0; i < count; i++) {
                values[i] = Double.longBitsToDouble(in.nextLong());
            }
            return values;
        }
        double power = POWERS[in.next()];
        long scaled = 0;
        for (int i = 0; i < count; i++) {
            scaled += in.nextZigzag();
            values[i] = scaled / power;
        }
        return values;
    }

    private static void longs(Chunk chunk, Bytes out) {
        long[] values = chunk.longs();
        long before = 0;
        for (int i = chunk.from(); i < chunk.to(); i++) {
            out.putZigzag(values[i] - before);
            before = values[i];
        }
    }

    private static long[] longs(Bytes.Reader in, int count) {
        long[] values = new long[count];
        long value = 0;
        for (int i = 0; i < count; i++) {
            value += in.nextZigzag();
            values[i] = value;
        }
        return values;
    }

    private static void texts(Chunk chunk, Bytes out) {
        Object[] values = chunk.objects();
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = chunk.from(); i < chunk.to(); i++) {
            numbers.putIfAbsent((String) values[i], numbers.size());
        }
        if (numbers.size() > chunk.count() / 2) {
            out.put(RAW);
            for (int i = chunk.from(); i < chunk.to(); i++) {
                out.putText((String) values[i]);
            }
            return;
        }
        out.put(PACKED);
        String[] ordered = new String[numbers.size()];
        numbers.forEach((text, number) -> ordered[number] = text);
        out.putVarint(ordered.length);
        for (String text : ordered) {
            out.putText(text);
        }
        for (int i = chunk.from(); i < chunk.to(); i++) {
            out.putVarint(Objects.requireNonNull(numbers.get((String) values[i]), "a text has no number"));
        }
    }

    private static Object[] texts(Bytes.Reader in, int count) {
        Object[] values = new Object[count];
        if (in.next() == RAW) {
            for (int i = 0; i < count; i++) {
                values[i] = in.nextText();
            }
            return values;
        }
        String[] texts = new String[(int) in.nextVarint()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = in.nextText();
        }
        for (int i = 0; i < count; i++) {
            values[i] = texts[(int) in.nextVarint()];
        }
        return values;
    }

    private static void flags(Chunk chunk, Bytes out) {
        int bits = 0;
        int filled = 0;
        for (int i = chunk.from(); i < chunk.to(); i++) {
            bits |= (Boolean) chunk.objects()[i] ? 1 << filled : 0;
            filled++;
            if (filled == Byte.SIZE) {
                out.put(bits);
                bits = 0;
                filled = 0;
            }
        }
        if (filled > 0) {
            out.put(bits);
        }
    }

    private static Object[] flags(Bytes.Reader in, int count) {
        Object[] values = new Object[count];
        int bits = 0;
        for (int i = 0; i < count; i++) {
            if (i % Byte.SIZE == 0) {
                bits = in.next();
            }
            values[i] = (bits >> (i % Byte.SIZE) & 1) == 1;
        }
        return values;
    }
}
