package io.fogwhisk.influx.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes numbers and texts into bytes that grow: small numbers take one byte (seven bits of the number per byte, the
 * highest bit says that more follow), and zigzag makes small negative numbers small (0, -1, 1, -2 ... as 0, 1, 2, 3).
 * Not thread-safe.
 */
final class Bytes {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int LONGEST = 10;

    private byte[] bytes;
    private int filled;

    Bytes(int expected) {
        bytes = new byte[Math.max(expected, LONGEST)];
    }

    static long readLong(byte[] from, int at) {
        return (long) LONGS.get(from, at);
    }

    void put(int value) {
        need(1);
        bytes[filled++] = (byte) value;
    }

    void putLong(long value) {
        need(Long.BYTES);
        LONGS.set(bytes, filled, value);
        filled += Long.BYTES;
    }

    void putVarint(long value) {
        need(LONGEST);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[filled++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[filled++] = (byte) rest;
    }

    void putZigzag(long value) {
        putVarint((value << 1) ^ (value >> 63));
    }

    void putText(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        putVarint(utf8.length);
        need(utf8.length);
        System.arraycopy(utf8, 0, bytes, filled, utf8.length);
        filled += utf8.length;
    }

    int size() {
        return filled;
    }

    /** Forgets what was written after a size. */
    void shrink(int size) {
        filled = size;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, filled);
    }

    private void need(int more) {
        if (bytes.length - filled < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, filled + more));
        }
    }

    /** Reads what {@link Bytes} wrote, in the same order. */
    static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean more() {
            return at < bytes.length;
        }

        int next() {
            return bytes[at++];
        }

        long nextLong() {
            long value = readLong(bytes, at);
            at += Long.BYTES;
            return value;
        }

        long nextVarint() {
            byte one = bytes[at++];
            if (one >= 0) {
                return one;
            }
            long value = one & 0x7f;
            for (int shift = 7; ; shift += 7) {
                one = bytes[at++];
                value |= (long) (one & 0x7f) << shift;
                if (one >= 0) {
                    return value;
                }
            }
        }

        long nextZigzag() {
            long value = nextVarint();
            return (value >>> 1) ^ -(value & 1);
        }

        String nextText() {
            int length = (int) nextVarint();
            String text = new String(bytes, at, length, StandardCharsets.UTF_8);
            at += length;
            return text;
        }
    }
}
