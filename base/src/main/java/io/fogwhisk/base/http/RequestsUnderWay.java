package io.fogwhisk.base.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Counts the requests of a port that are not answered yet, to the last byte. Thread-safe. */
final class RequestsUnderWay extends Handler.Wrapper {

    // Guarded by the counter itself, which is no handler's own lock.
    private final Counter counter = new Counter();

    private static final class Counter {
        private int count;

        synchronized void begun() {
            count++;
        }

        synchronized void ended() {
            count--;
            notifyAll();
        }

        synchronized boolean awaitNone(Duration limit) throws InterruptedException {
            long end = System.nanoTime() + limit.toNanos();
            long left = limit.toMillis();
            while (count > 0 && left > 0) {
                wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            }
            return count == 0;
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        counter.begun();
        Request.addCompletionListener(request, failure -> counter.ended());
        return super.handle(request, response, callback);
    }

    /** Waits until all are answered, or for so long; whether they are. */
    boolean awaitNone(Duration limit) {
        try {
            return counter.awaitNone(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
