package io.fogwhisk.lean.couch;

import io.fogwhisk.base.lifecycle.NamedThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The answers that are under way, and the few threads that make them.
 *
 * <p>Bound: ten thousand at a time; who comes then is told to come again.
 */
final class Streams implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int MAX_ANSWERS = 10_000;
    private static final int RETRY_SECONDS = 5;

    private final SiteLogin login;
    private final ThreadPoolExecutor executor;
    private final ScheduledThreadPoolExecutor timer;
    private final Map<AnswerStream, String> open = new ConcurrentHashMap<>();
    private final HeldBytes held = new HeldBytes(Runtime.getRuntime().maxMemory() / 4);

    /**
     * No answers yet.
     *
     * @param name of the centre; in the threads' names
     * @param login says who may go on reading
     */
    Streams(String name, SiteLogin login) {
        this.login = login;
        executor = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                1,
                TimeUnit.MINUTES,
                // Each answer waits here once at most.
                new ArrayBlockingQueue<>(2 * MAX_ANSWERS),
                NamedThreads.pool(name + "-catalogue-answers"),
                new ThreadPoolExecutor.CallerRunsPolicy());
        executor.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, NamedThreads.single(name + "-catalogue-timer"));
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Runs what ends in an answer and must not hold the thread it is on. */
    void execute(Runnable task) {
        executor.execute(task);
    }

    /** Sends one JSON text. */
    void json(CouchRequest request, byte[] json) {
        json(request, "", Parts.of(List.of(json).iterator()));
    }

    /**
     * Sends a JSON text in pieces.
     *
     * @param database whose changes the answer waits for, or any other text
     * @throws CouchFault if there are too many
     */
    void json(CouchRequest request, String database, Parts parts) {
        if (open.size() >= MAX_ANSWERS) {
            throw busy(request);
        }
        request.context().contentType("application/json");
        send(request, database, parts, () -> {});
    }

    private static CouchFault busy(CouchRequest request) {
        request.context().header("Retry-After", String.valueOf(RETRY_SECONDS));
        return new CouchFault(503, "service_unavailable", "Too many sites read at the same time.");
    }

    /**
     * Sends bytes of a type.
     *
     * @throws CouchFault if there is no room for more of them
     */
    void bytes(CouchRequest request, String type, byte[] bytes) {
        // Before the headers are set: a refusal has others.
        if (open.size() >= MAX_ANSWERS || !held.take(bytes)) {
            throw busy(request);
        }
        request.context()
                .contentType(type)
                .header("ETag", "\"" + DocumentWriter.digest(bytes) + "\"")
                .header("Accept-Ranges", "none")
                .header("Content-Length", String.valueOf(bytes.length));
        send(request, "", Parts.of(List.of(bytes).iterator()), () -> held.release(bytes));
    }

    private void send(CouchRequest request, String database, Parts parts, Runnable after) {
        request.context().header("Cache-Control", "must-revalidate");
        request.context().future(() -> {
            AnswerStream stream;
            try {
                stream = new AnswerStream(
                        request.context().res().getOutputStream(),
                        parts,
                        () -> login.stillValid(request.caller()),
                        executor,
                        timer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            open.put(stream, database);
            CompletableFuture<Boolean> done = stream.start().whenComplete((complete, failure) -> {
                open.remove(stream);
                after.run();
            });
            // The server ends it in its own way when it loses the client, and the stream must know.
            CompletableFuture<Boolean> unused = done.whenComplete((complete, failure) -> stream.end());
            return done;
        });
    }

    /** Wakes the answers that wait for changes of a database. */
    void changed(String database) {
        open.forEach((stream, waitsFor) -> {
            if (waitsFor.equals(database)) {
                stream.wake();
            }
        });
    }

    /** Has every answer look whether its reader may still read. */
    void recheck() {
        open.keySet().forEach(AnswerStream::wake);
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        open.keySet().forEach(AnswerStream::end);
        timer.shutdownNow();
        executor.shutdown();
    }
}
