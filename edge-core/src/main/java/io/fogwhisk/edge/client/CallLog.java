package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.RunAnswer;
import java.io.IOException;
import java.io.Writer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What became of the calls of a client: a line for each that went well, {@code time latency load1 responder lambda
 * hops}, times in seconds; a message for the first of each kind that did not. Thread-safe.
 */
public final class CallLog implements AutoCloseable {

    private static final int MAX_KINDS = 20;
    private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Writer lines;
    private final Consumer<String> messages;
    private final Set<String> kinds = new HashSet<>();
    private long answered;
    private long failed;
    private double latencySum;
    private double latencyMax;
    private long flushedAt = System.nanoTime();

    /**
     * A log of nothing.
     *
     * @param lines closed by the caller
     * @param messages takes whole lines
     */
    public CallLog(Writer lines, Consumer<String> messages) {
        this.lines = Objects.requireNonNull(lines, "lines is null");
        this.messages = Objects.requireNonNull(messages, "messages is null");
    }

    /**
     * A call has ended.
     *
     * @param at nanoseconds since the start
     * @param latencyNanos from the request to the answer, or what a dry run estimates
     * @throws EdgeException if the line cannot be written
     */
    synchronized void ended(long at, long latencyNanos, String lambda, RunAnswer answer) {
        if (!answer.ok()) {
            failed++;
            tell(lambda, answer.retcode());
            return;
        }
        answered++;
        latencySum += latencyNanos / 1e9;
        latencyMax = Math.max(latencyMax, latencyNanos / 1e9);
        StringBuilder line = new StringBuilder(96);
        seconds(line, at).append(' ');
        seconds(line, latencyNanos)
                .append(' ')
                .append(answer.load1())
                .append(' ')
                .append(answer.responder())
                .append(' ')
                .append(lambda)
                .append(' ')
                .append(answer.proto().getHops())
                .append('\n');
        try {
            lines.append(line);
            long now = System.nanoTime();
            if (now - flushedAt > FLUSH_NANOS) {
                flushedAt = now;
                lines.flush();
            }
        } catch (IOException e) {
            throw new EdgeException("cannot write the output file: " + e.getMessage(), e);
        }
    }

    /** How many went well. */
    public synchronized long answered() {
        return answered;
    }

    /** How many did not. */
    public synchronized long failed() {
        return failed;
    }

    /** What has happened so far, in a line. */
    public synchronized String summary() {
        String text = answered + " answered, " + failed + " failed";
        if (answered == 0) {
            return text;
        }
        return text
                + String.format(Locale.ROOT, ", latency mean %.6f s, max %.6f s", latencySum / answered, latencyMax);
    }

    /** Flushes the lines. */
    @Override
    public synchronized void close() {
        try {
            lines.flush();
        } catch (IOException e) {
            throw new EdgeException("cannot write the output file: " + e.getMessage(), e);
        }
    }

    private void tell(String lambda, String retcode) {
        if (kinds.size() < MAX_KINDS && kinds.add(retcode)) {
            messages.accept(lambda + " failed: " + (retcode.isEmpty() ? "the answer has no retcode" : retcode));
            if (kinds.size() == MAX_KINDS) {
                messages.accept("further kinds of failures are counted only");
            }
        }
    }

    /** Seconds with six decimals, without the cost of a format for each line. */
    private static StringBuilder seconds(StringBuilder text, long nanos) {
        long micros = TimeUnit.NANOSECONDS.toMicros(nanos);
        text.append(micros / 1_000_000).append('.');
        String decimals = Long.toString(micros % 1_000_000);
        return text.append("000000", 0, 6 - decimals.length()).append(decimals);
    }
}
