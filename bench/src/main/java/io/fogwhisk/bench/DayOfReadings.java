package io.fogwhisk.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Write requests with the readings of a day, all series at each time: one decimal place, as a sensor has. It costs the
 * shared processor little. Used by one thread.
 */
final class DayOfReadings {

    private static final int LINE = 96;
    private static final int DIGITS = 10;

    private final byte[] head;
    private final byte[][] keys;
    private final long start;
    private final long step;
    private byte[] request = new byte[0];
    private int filled;
    private long random = 42;

    /**
     * A day.
     *
     * @param head of each request; ends with the ten digits of the length and an empty line
     * @param start of the day, in milliseconds since 1970
     * @param length of the day, in milliseconds
     * @param points of the whole day
     */
    DayOfReadings(byte[] head, long start, long length, int points, int series) {
        this.head = head;
        this.start = start;
        step = Math.max(1, length / Math.max(1, points / series));
        keys = new byte[series][];
        for (int i = 0; i < series; i++) {
            keys[i] = ("temperature,datacenter_id=" + i % 10 + ",device_fingerprint=" + (1_000_000 + i) + " value=")
                    .getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** A request with the points from a number on, up to another. */
    byte[] request(long from, long to) {
        int most = head.length + (int) (to - from) * LINE;
        if (request.length < most) {
            request = new byte[most];
        }
        System.arraycopy(head, 0, request, 0, head.length);
        filled = head.length;
        for (long i = from; i < to; i++) {
            byte[] key = keys[(int) (i % keys.length)];
            System.arraycopy(key, 0, request, filled, key.length);
            filled += key.length;
            random = random * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            int tenths = 180 + (int) ((random >>> 40) % 80);
            number(tenths / 10);
            request[filled++] = '.';
            number(tenths % 10);
            request[filled++] = ' ';
            number(start + i / keys.length * step);
            request[filled++] = '\n';
        }
        long length = (long) filled - head.length;
        for (int i = 0; i < DIGITS; i++) {
            request[head.length - 5 - i] = (byte) ('0' + length % 10);
            length /= 10;
        }
        return Arrays.copyOf(request, filled);
    }

    private void number(long value) {
        int end = filled + 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            end++;
        }
        long rest = value;
        for (int i = end - 1; i >= filled; i--) {
            request[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        filled = end;
    }
}
