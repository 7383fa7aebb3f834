package io.fogwhisk.edge.dispatcher;

import io.fogwhisk.base.lifecycle.Worker;
import io.fogwhisk.edge.rpc.EdgeException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line per call: seconds since the start, lambda, destination, size, estimate and measurement in seconds, with
 * blanks between them. Its own thread writes; when the disk is too slow for the calls, lines are left out and counted.
 * Thread-safe; adding a line never blocks on the file.
 */
final class EstimateLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EstimateLog.class);
    private static final int MAX_WAITING = 10_000;
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Path file;
    private final BufferedWriter out;
    private final Worker worker;
    // Guarded by the worker's lock.
    private final ArrayDeque<String> waiting = new ArrayDeque<>();
    private long leftOut;

    private EstimateLog(Path file, BufferedWriter out) {
        this.file = file;
        this.out = out;
        this.worker = new Worker("edge-estimates", this::write);
    }

    /**
     * Begins a file anew.
     *
     * @throws EdgeException if it cannot be written
     */
    static EstimateLog open(Path file) {
        try {
            EstimateLog log = new EstimateLog(file, Files.newBufferedWriter(file));
            log.worker.start();
            return log;
        } catch (IOException e) {
            throw new EdgeException("output: cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** Adds a line. */
    void add(double at, String lambda, String destination, int size, double estimated, double measured) {
        String line = String.format(
                Locale.ROOT,
                "%.6f %s %s %d %.6f %.6f",
                at,
                lambda.replace(' ', '_'),
                destination,
                size,
                estimated,
                measured);
        worker.give(() -> {
            if (waiting.size() < MAX_WAITING) {
                waiting.add(line);
            } else {
                leftOut++;
            }
        });
    }

    /** Writes what waits, for a bounded time. */
    @Override
    public void close() {
        worker.stop();
        worker.join(GRACE);
    }

    private void write() throws InterruptedException {
        List<String> lines = new ArrayList<>();
        try (out) {
            while (worker.take(() -> !waiting.isEmpty(), () -> {
                lines.addAll(waiting);
                waiting.clear();
            })) {
                for (String line : lines) {
                    out.write(line);
                    out.newLine();
                }
                out.flush();
                lines.clear();
            }
        } catch (IOException e) {
            LOG.atError()
                    .addKeyValue("file", file)
                    .addKeyValue("error", e.getMessage())
                    .log("estimates not written");
            worker.stop();
        }
        if (leftOut > 0) {
            LOG.atWarn().addKeyValue("file", file).addKeyValue("lines", leftOut).log("estimates left out");
        }
    }
}
