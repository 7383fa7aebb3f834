package io.fogwhisk.lean.runtime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the code of one activation writes to its standard output and error, as the lines of the activation's logs. Keeps
 * no more than the action's limit, counted as the lines will be stored; with a limit of 0 it keeps nothing. Thread-safe.
 */
final class ActivationOutput {

    /** Where a child writes to. */
    enum Stream {
        /** Standard output. */
        STDOUT("stdout"),
        /** Standard error. */
        STDERR("stderr");

        private final String label;

        Stream(String label) {
            this.label = label;
        }
    }

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);
    /** The line by which OpenWhisk's containers mark the end of an activation's logs; it is no part of them. */
    private static final String END = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX";

    private static final String FAILURE =
            "The action did not initialize or run as expected. Log data might be missing.";
    /** A longer line is cut in pieces, so that a line without an end needs no more memory than the limit. */
    private static final int MAX_LINE = 256 * 1024;
    /** The time, the stream and what stands between them. */
    private static final int FRAME = 39;

    private final long limit;
    private final Clock clock;
    private final List<String> lines = new ArrayList<>(0);
    private final Map<Stream, ByteArrayOutputStream> open = new EnumMap<>(Stream.class);
    private long size;
    private boolean truncated;
    private boolean heapExhausted;
    private final Set<Stream> marks = EnumSet.noneOf(Stream.class);

    /**
     * An empty output.
     *
     * @param limit in bytes
     */
    ActivationOutput(long limit, Clock clock) {
        this.limit = limit;
        this.clock = clock;
    }

    /** Adds what was written to a stream, which may end within a line or a character. */
    synchronized void write(Stream stream, byte[] bytes, int offset, int length) {
        if (length == 0) {
            return;
        }
        String time = TIME.format(clock.instant());
        int from = offset;
        int end = offset + length;
        for (int at = offset; at < end; at++) {
            if (bytes[at] == '\n') {
                finish(stream, time, bytes, from, at - from);
                from = at + 1;
            }
        }
        if (from < end) {
            keepOpen(stream, time, bytes, from, end - from);
        }
    }

    /** Adds the line that tells that there may have been more. */
    synchronized void failed() {
        finishAll();
        if (limit > 0) {
            lines.add(line(TIME.format(clock.instant()), Stream.STDERR, FAILURE));
        }
    }

    /** The lines so far; ends the lines that are still open. */
    synchronized List<String> lines() {
        finishAll();
        return List.copyOf(lines);
    }

    /** Whether both streams have had the line by which a container marks the end of an activation's logs. */
    synchronized boolean marked() {
        return marks.size() == Stream.values().length;
    }

    /** Whether a language's own words were seen that it ran out of its heap. */
    synchronized boolean heapExhausted() {
        return heapExhausted;
    }

    private void finishAll() {
        Instant now = clock.instant();
        for (Stream stream : Stream.values()) {
            ByteArrayOutputStream begun = open.get(stream);
            if (begun != null && begun.size() > 0) {
                finish(stream, TIME.format(now), new byte[0], 0, 0);
            }
        }
    }

    private void keepOpen(Stream stream, String time, byte[] bytes, int offset, int length) {
        ByteArrayOutputStream begun = open.computeIfAbsent(stream, any -> new ByteArrayOutputStream(length));
        if (begun.size() + length > MAX_LINE) {
            finish(stream, time, bytes, offset, length);
        } else {
            begun.write(bytes, offset, length);
        }
    }

    private void finish(Stream stream, String time, byte[] bytes, int offset, int length) {
        ByteArrayOutputStream begun = open.get(stream);
        String text;
        if (begun != null && begun.size() > 0) {
            begun.write(bytes, offset, length);
            text = begun.toString(StandardCharsets.UTF_8);
            begun.reset();
        } else {
            text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        }
        heapExhausted |= text.contains("heap out of memory") || text.contains("java.lang.OutOfMemoryError");
        add(stream, time, text.stripTrailing());
    }

    private void add(Stream stream, String time, String written) {
        int length = written.length();
        // An action may write the mark itself, as often as it likes.
        while (written.startsWith(END, length - END.length())) {
            length -= END.length();
        }
        boolean marked = length < written.length();
        if (marked) {
            marks.add(stream);
        }
        if (truncated || limit == 0 || (marked && length == 0)) {
            return;
        }
        String text = written.substring(0, length);
        long room = limit - size - FRAME;
        if (text.length() > room) {
            truncated = true;
            if (room > 0) {
                lines.add(line(time, stream, text.substring(0, (int) room)));
            }
            lines.add(line(
                    time,
                    Stream.STDERR,
                    "Logs were truncated because the total bytes size exceeds the limit of " + limit + " bytes."));
            return;
        }
        size += FRAME + text.length();
        lines.add(line(time, stream, text));
    }

    private static String line(String time, Stream stream, String text) {
        return time + " " + stream.label + ": " + text;
    }
}
