package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.EdgeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.Objects;
import java.util.Optional;

/** Rows of a trace, one by one, so that a long trace takes no memory. Blank lines and those after # do not count. Thread-safe. */
public final class TraceReader implements AutoCloseable {

    private final String name;
    private final BufferedReader lines;
    private int number;

    /**
     * A reader at the start of a trace.
     *
     * @param name of the file, for messages
     * @param trace closed with this
     */
    public TraceReader(String name, Reader trace) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.lines = new BufferedReader(trace);
    }

    /**
     * The next row, or empty at the end.
     *
     * @throws EdgeException if it cannot be read; says where
     */
    public synchronized Optional<TraceRow> next() {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank() && !line.startsWith("#")) {
                    return Optional.of(TraceRow.parse(line));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new EdgeException("cannot read " + name + ": " + e.getMessage(), e);
        } catch (EdgeException e) {
            throw new EdgeException(name + " line " + number + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw new EdgeException("cannot close " + name + ": " + e.getMessage(), e);
        }
    }
}
