package io.fogwhisk.influx.http;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Bounds what requests hold in memory together. Who finds it full is told to come back: the client keeps what it has,
 * and this server keeps its memory. Thread-safe.
 */
final class Intake {

    private final String what;
    private final int maxRequests;
    private final long maxBytes;
    private int requests;
    private long bytes;

    /**
     * An intake that is empty.
     *
     * @param what the requests are, for messages: {@code writes}
     * @param maxRequests how many requests at once
     * @param maxBytes of their bodies together, packed and unpacked
     */
    Intake(String what, int maxRequests, long maxBytes) {
        this.what = what;
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    /**
     * Lets a request in.
     *
     * @param announced bytes, 0 if unknown
     */
    synchronized Lease enter(long announced) {
        if (requests >= maxRequests) {
            throw full("too many " + what + " are waiting");
        }
        if (bytes + announced > maxBytes) {
            throw tooLarge();
        }
        requests++;
        bytes += announced;
        return new Lease(announced);
    }

    private InfluxException tooLarge() {
        return full("the " + what + " that are waiting are together too large");
    }

    private static InfluxException full(String why) {
        return new InfluxException(ErrorCode.UNAVAILABLE, why + ": try again later");
    }

    /** What one request holds; given back once. */
    final class Lease implements AutoCloseable {
        private long held;
        private boolean closed;

        private Lease(long held) {
            this.held = held;
        }

        /** Makes sure that the request may hold so many bytes in all. */
        void hold(long total) {
            synchronized (Intake.this) {
                long more = Math.max(0, total - held);
                if (closed || bytes + more > maxBytes) {
                    throw tooLarge();
                }
                bytes += more;
                held += more;
            }
        }

        /** Begins work for the request and gives the lease back when that ends, also if it cannot begin. */
        <T> CompletableFuture<T> during(Supplier<CompletableFuture<T>> work) {
            boolean begun = false;
            try {
                CompletableFuture<T> end = work.get().whenComplete((result, failure) -> close());
                begun = true;
                return end;
            } finally {
                if (!begun) {
                    close();
                }
            }
        }

        @Override
        public void close() {
            synchronized (Intake.this) {
                if (!closed) {
                    closed = true;
                    requests--;
                    bytes -= held;
                }
            }
        }
    }
}
