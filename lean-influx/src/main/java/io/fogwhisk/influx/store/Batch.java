package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.FieldType;
import io.fogwhisk.influx.line.FieldValue;
import io.fogwhisk.influx.line.FieldValue.BooleanValue;
import io.fogwhisk.influx.line.FieldValue.FloatValue;
import io.fogwhisk.influx.line.FieldValue.IntegerValue;
import io.fogwhisk.influx.line.FieldValue.TextValue;
import io.fogwhisk.influx.line.FieldValue.UnsignedValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The values of one write, each with its column and time, in the order in which they count. Not thread-safe. */
final class Batch {

    private static final int TYPE_BITS = 3;
    private static final int TYPE_MASK = (1 << TYPE_BITS) - 1;

    private StoredColumn[] columns;
    private long[] times;
    private long[] bits;
    private @Nullable String @Nullable [] texts;
    private int size;

    Batch(int expected) {
        int length = Math.max(8, expected);
        columns = new StoredColumn[length];
        times = new long[length];
        bits = new long[length];
    }

    int size() {
        return size;
    }

    StoredColumn column(int place) {
        return columns[place];
    }

    long time(int place) {
        return times[place];
    }

    /** A number: the value, or its bits. A boolean: 0 or 1. */
    long bits(int place) {
        return bits[place];
    }

    String text(int place) {
        return Objects.requireNonNull(texts == null ? null : texts[place], "the value is no text");
    }

    void add(StoredColumn column, long time, FieldValue value) {
        if (value instanceof FloatValue number) {
            add(column, time, Double.doubleToRawLongBits(number.value()), null);
        } else if (value instanceof IntegerValue number) {
            add(column, time, number.value(), null);
        } else if (value instanceof UnsignedValue number) {
            add(column, time, number.bits(), null);
        } else if (value instanceof BooleanValue flag) {
            add(column, time, flag.value() ? 1 : 0, null);
        } else if (value instanceof TextValue text) {
            add(column, time, 0, text.value());
        }
    }

    private void add(StoredColumn column, long time, long value, @Nullable String text) {
        if (size == columns.length) {
            columns = Arrays.copyOf(columns, size * 2);
            times = Arrays.copyOf(times, size * 2);
            bits = Arrays.copyOf(bits, size * 2);
            texts = texts == null ? null : Arrays.copyOf(texts, size * 2);
        }
        columns[size] = column;
        times[size] = time;
        bits[size] = value;
        if (text != null) {
            if (texts == null) {
                texts = new String[columns.length];
            }
            texts[size] = text;
        }
        size++;
    }

    /** The values as an entry of the log: number and type of the column, how much later than the one before, value. */
    byte[] encode() {
        Bytes out = new Bytes(size * 16);
        long before = 0;
        for (int i = 0; i < size; i++) {
            FieldType type = columns[i].type();
            out.putVarint(columns[i].id() << TYPE_BITS | type.number());
            out.putZigzag(times[i] - before);
            before = times[i];
            switch (type) {
                case FLOAT -> out.putLong(bits[i]);
                case INTEGER, UNSIGNED -> out.putZigzag(bits[i]);
                case BOOLEAN -> out.put((int) bits[i]);
                case STRING -> out.putText(text(i));
            }
        }
        return out.toArray();
    }

    /** Reads an entry of the log back; its columns have no name. */
    static Batch decode(byte[] entry) {
        Batch batch = new Batch(entry.length / 12);
        Map<Long, StoredColumn> columns = new HashMap<>();
        Bytes.Reader in = new Bytes.Reader(entry);
        long time = 0;
        while (in.more()) {
            long number = in.nextVarint();
            FieldType type = FieldType.of((int) (number & TYPE_MASK));
            StoredColumn column = columns.computeIfAbsent(number >>> TYPE_BITS, id -> new StoredColumn(id, "", type));
            time += in.nextZigzag();
            switch (type) {
                case FLOAT -> batch.add(column, time, in.nextLong(), null);
                case INTEGER, UNSIGNED -> batch.add(column, time, in.nextZigzag(), null);
                case BOOLEAN -> batch.add(column, time, in.next(), null);
                case STRING -> batch.add(column, time, 0, in.nextText());
            }
        }
        return batch;
    }
}
