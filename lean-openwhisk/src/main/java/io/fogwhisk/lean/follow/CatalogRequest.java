package io.fogwhisk.lean.follow;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.fogwhisk.lean.follow.CatalogException.Reason;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request that was sent to a catalogue. One thread waits for its answer. */
final class CatalogRequest {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogRequest.class);

    private static final Duration STEP = Duration.ofMillis(200);

    /** Who sends slower than this is given up in the end. Several answers may share a slow way. */
    private static final long SLOWEST_BYTES_PER_SECOND = 1 << 10;

    private final String centre;
    private final CompletableFuture<HttpResponse<byte[]>> answer;
    private final AtomicLong bytes = new AtomicLong();
    private volatile long heardAt = System.nanoTime();

    /**
     * Sends a request.
     *
     * @param centre for messages
     * @param max bytes of the answer
     */
    CatalogRequest(HttpClient client, HttpRequest request, String centre, int max) {
        this.centre = centre;
        this.answer = client.sendAsync(request, head -> {
            heardAt = System.nanoTime();
            return new HeardBody(max, count -> {
                heardAt = System.nanoTime();
                bytes.addAndGet(count);
            });
        });
    }

    /**
     * Waits for the answer.
     *
     * @param silence for how long nothing may come
     * @param limit for how long to wait altogether, and a second more for each KiB that has come
     * @param wanted asked some times a second, whether the answer is still waited for
     * @return empty if the limit was reached, or the answer is not wanted any more; then the request is given up
     * @throws CatalogException if there is no answer, or one that is too long
     */
    Optional<HttpResponse<byte[]>> await(Duration silence, Duration limit, BooleanSupplier wanted)
            throws InterruptedException {
        long begin = System.nanoTime();
        boolean done = false;
        try {
            while (true) {
                long end = begin + limit.toNanos() + SECONDS.toNanos(bytes.get()) / SLOWEST_BYTES_PER_SECOND;
                long now = System.nanoTime();
                if (now - end >= 0 || !wanted.getAsBoolean()) {
                    return Optional.empty();
                }
                if (!answer.isDone() && now - heardAt > silence.toNanos()) {
                    throw new CatalogException(
                            Reason.AWAY,
                            "the catalogue " + centre + " has been silent for " + silence.toSeconds() + " s");
                }
                try {
                    HttpResponse<byte[]> response =
                            answer.get(Math.min(STEP.toNanos(), end - now), TimeUnit.NANOSECONDS);
                    done = true;
                    return Optional.of(response);
                } catch (TimeoutException e) {
                    LOG.atTrace().addKeyValue("centre", centre).log("still waiting");
                } catch (ExecutionException e) {
                    done = true;
                    throw failure(e.getCause());
                }
            }
        } finally {
            if (!done) {
                answer.cancel(true);
            }
        }
    }

    /** Gives the request up. */
    void cancel() {
        answer.cancel(true);
    }

    private CatalogException failure(@Nullable Throwable cause) {
        @Nullable Throwable root = cause;
        while (root != null) {
            if (root instanceof HeardBody.TooLong) {
                return new CatalogException(Reason.UNREADABLE, "the catalogue " + centre + ": " + root.getMessage());
            }
            root = root.getCause();
        }
        return new CatalogException(Reason.AWAY, "the catalogue " + centre + " cannot be reached: " + cause);
    }
}
