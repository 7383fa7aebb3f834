package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.Endpoint;
import java.util.Locale;

/**
 * A call of a trace, in the text {@code time lambda server size}.
 *
 * @param at seconds since the start, at least 0
 * @param lambda its name, without blanks
 * @param server {@code host:port}
 * @param size bytes of input, 0 to {@link Inputs#MAX_SIZE}
 */
public record TraceRow(double at, String lambda, String server, int size) {

    /** Checks the ranges. */
    public TraceRow {
        if (!(at >= 0) || Double.isInfinite(at)) {
            throw new EdgeException("the time must be at least 0, was " + at);
        }
        if (lambda.isEmpty() || lambda.contains(" ")) {
            throw new EdgeException("the name of the lambda must not be empty or have blanks, was '" + lambda + "'");
        }
        Endpoint.parse(server);
        if (size < 0 || size > Inputs.MAX_SIZE) {
            throw new EdgeException("the size must be 0 to " + Inputs.MAX_SIZE + ", was " + size);
        }
    }

    /**
     * Reads a row.
     *
     * @throws EdgeException if it has another form
     */
    static TraceRow parse(String line) {
        String[] parts = line.strip().split("\\s+", -1);
        if (parts.length != 4) {
            throw new EdgeException("a row must be 'time lambda server size', was '" + line.strip() + "'");
        }
        try {
            return new TraceRow(Double.parseDouble(parts[0]), parts[1], parts[2], Integer.parseInt(parts[3]));
        } catch (NumberFormatException e) {
            throw new EdgeException("time and size must be numbers, the row was '" + line.strip() + "'", e);
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.6f %s %s %d", at, lambda, server, size);
    }
}
