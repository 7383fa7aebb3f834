package io.fogwhisk.bench;

import io.fogwhisk.edge.rpc.EdgeConnection;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Callers of a lambda, each with a TCP connection of its own, that each send a request, wait for the answer, and send the
 * next (closed loop). All of them run on one network thread, so that they cost little.
 */
final class EdgeCallers implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final EdgeTransport transport = new EdgeTransport("bench");
    private final List<EdgeConnection> connections = new ArrayList<>();
    private final LambdaCall call;

    EdgeCallers(String endpoint, int callers, LambdaCall call) {
        this.call = call;
        for (int i = 0; i < callers; i++) {
            connections.add(transport.connect(endpoint));
        }
    }

    /** Calls for a time, then waits for the last answers. */
    HttpCallers.Result run(Duration length) {
        long start = System.nanoTime();
        Run run = new Run(start + length.toNanos(), connections.size());
        connections.forEach(run::next);
        try {
            if (!run.ended.await(length.plus(TIMEOUT).toSeconds() + 1, TimeUnit.SECONDS)) {
                throw new BenchException("answers are missing " + TIMEOUT.toSeconds() + " s after the end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
        synchronized (run) {
            return new HttpCallers.Result(run.latency, run.unexpected, run.first, (System.nanoTime() - start) / 1e9, 0);
        }
    }

    @Override
    public void close() {
        connections.forEach(EdgeConnection::close);
        transport.close();
    }

    private final class Run {
        private final Histogram latency = new Histogram(TimeUnit.MINUTES.toMicros(2), 3);
        private final long end;
        private final CountDownLatch ended;
        private long unexpected;
        private String first = "";

        Run(long end, int callers) {
            this.end = end;
            this.ended = new CountDownLatch(callers);
        }

        void next(EdgeConnection connection) {
            long sent = System.nanoTime();
            if (sent >= end) {
                ended.countDown();
                return;
            }
            connection.call(call, TIMEOUT).thenAccept(result -> {
                answered(result, System.nanoTime() - sent);
                next(connection);
            });
        }

        private synchronized void answered(LambdaResult result, long nanos) {
            if (result instanceof LambdaResult.Failed failed) {
                unexpected++;
                first = first.isEmpty() ? failed.retcode() : first;
            } else {
                latency.recordValue(TimeUnit.NANOSECONDS.toMicros(nanos));
            }
        }
    }
}
