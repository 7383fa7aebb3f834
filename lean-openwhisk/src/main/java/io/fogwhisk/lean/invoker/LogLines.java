package io.fogwhisk.lean.invoker;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * What an action in this process has to say for the logs of one activation, as lines in OpenWhisk's form and within the
 * action's limit. Thread-safe.
 */
final class LogLines {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final long limit;
    private final Clock clock;
    private final List<String> lines = new ArrayList<>(0);
    private long size;

    /**
     * No lines yet.
     *
     * @param limit in bytes; with 0 nothing is kept
     */
    LogLines(long limit, Clock clock) {
        this.limit = limit;
        this.clock = clock;
    }

    /** Adds a text of one or more lines. */
    synchronized void add(String text) {
        String time = TIME.format(clock.instant());
        text.lines().forEach(line -> {
            if (size < limit) {
                size += line.length();
                lines.add(
                        size <= limit
                                ? time + " stdout: " + line
                                : time
                                        + " stderr: Logs were truncated because the total bytes size exceeds the limit of "
                                        + limit + " bytes.");
            }
        });
    }

    /** The lines so far. */
    synchronized List<String> lines() {
        return List.copyOf(lines);
    }
}
