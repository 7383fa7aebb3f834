package io.fogwhisk.base.health;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.javalin.config.JavalinConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a process can accept and durably store, for those who ask every few seconds: {@code /live} answers 200 as long
 * as the process answers at all, {@code /ready} 200 or 503 with what each check says.
 *
 * <p>Life cycle: it is not ready until {@link #started}, and not any more from {@link #closing} on, whatever the checks
 * say; {@link #close} ends its threads.
 *
 * <p>Threads: any thread may call anything. However many ask, each check is asked at most once a second, on a thread of
 * this, and nobody waits longer than {@link #LIMIT} for what hangs.
 */
public final class Readiness implements AutoCloseable {

    /** Where the process says that it lives. */
    public static final String LIVE = "/live";

    /** Where it says whether it can accept and durably store. */
    public static final String READY = "/ready";

    /** How long a check may take before that counts as a fault. Whoever probes should wait longer. */
    public static final Duration LIMIT = Duration.ofSeconds(2);

    /** The check that tells a process which starts or stops from one that runs. */
    public static final String PROCESS = "process";

    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration JOIN = Duration.ofSeconds(2);
    private static final int MAX_CHECKS = 32;
    private static final String LIVES = "{\"status\":\"live\"}";

    private final String name;
    private final Duration limit;
    private final LongSupplier nanos;
    private final ThreadPoolExecutor threads;
    // Guarded by this.
    private final Map<String, Asked> checks = new LinkedHashMap<>();
    private volatile String phase = "is starting";
    private boolean wasReady = true;

    /** A check, and its last answer or the one that is awaited. Guarded by the readiness. */
    private static final class Asked {
        private final ReadinessCheck check;
        private long since;
        private @Nullable CompletableFuture<Optional<String>> answer;

        Asked(ReadinessCheck check) {
            this.check = check;
        }
    }

    /** An answer that is there or awaited. */
    private record Awaited(CompletableFuture<Optional<String>> answer, long since) {}

    /**
     * A process that starts.
     *
     * @param name of its threads, such as the site's id
     */
    public Readiness(String name) {
        this(name, LIMIT, System::nanoTime);
    }

    /** The same with another limit and clock. */
    Readiness(String name, Duration limit, LongSupplier nanos) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.limit = Objects.requireNonNull(limit, "limit is null");
        this.nanos = Objects.requireNonNull(nanos, "nanos is null");
        // A thread for each check that is under way, and one that is on its way back from the answer before.
        threads = new ThreadPoolExecutor(
                0,
                2 * MAX_CHECKS,
                30,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                NamedThreads.pool(name + "-readiness"));
    }

    /**
     * Has one more thing checked from now on.
     *
     * @param check its name, as the report shows it; unique
     */
    public synchronized void add(String check, ReadinessCheck question) {
        if (checks.size() == MAX_CHECKS || check.equals(PROCESS) || checks.containsKey(check)) {
            throw new IllegalArgumentException("check " + check + " is there already, or one too many");
        }
        checks.put(check, new Asked(Objects.requireNonNull(question, "question is null")));
    }

    /** Everything is started: from now on the checks decide. */
    public void started() {
        phase = "";
    }

    /** The process is about to stop: it is not ready from now on. */
    public void closing() {
        phase = "is stopping";
    }

    /** Whether it is started and not about to stop, whatever the checks say. */
    public boolean running() {
        return phase.isEmpty();
    }

    /** What the checks say; waits for them, but not longer than the limit. */
    public HealthReport report() {
        Map<String, String> faults = new LinkedHashMap<>();
        if (phase.isEmpty()) {
            long end = System.nanoTime() + limit.toNanos();
            ask().forEach((check, awaited) -> faults.put(check, fault(awaited, end)));
        }
        // Looked at again: who asked before the stop must not be told afterwards that all is well.
        String now = phase;
        if (!now.isEmpty()) {
            faults.clear();
        }
        Map<String, String> all = new LinkedHashMap<>();
        all.put(PROCESS, now.isEmpty() ? "" : name + " " + now);
        all.putAll(faults);
        HealthReport report = new HealthReport(all);
        if (now.isEmpty()) {
            note(report);
        }
        return report;
    }

    /** Declares {@code /live} and {@code /ready} on a port. */
    public void routes(JavalinConfig javalin) {
        javalin.routes.get(
                LIVE,
                context -> context.contentType("application/json")
                        .header("Cache-Control", "no-store")
                        .result(LIVES));
        javalin.routes.get(READY, context -> {
            HealthReport report = report();
            context.status(report.ready() ? 200 : 503)
                    .contentType("application/json")
                    .header("Cache-Control", "no-store")
                    .result(report.json());
        });
    }

    /** The process is not ready any more, and nothing is checked. */
    @Override
    public void close() {
        closing();
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(JOIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atWarn().addKeyValue("process", name).log("a readiness check still hangs at close");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks again what was asked long enough ago and has answered since. */
    private synchronized Map<String, Awaited> ask() {
        Map<String, Awaited> all = new LinkedHashMap<>();
        checks.forEach((check, asked) -> {
            CompletableFuture<Optional<String>> answer = asked.answer;
            long now = nanos.getAsLong();
            if (answer == null || (answer.isDone() && now - asked.since >= FRESH.toNanos())) {
                answer = new CompletableFuture<>();
                asked.answer = answer;
                asked.since = now;
                begin(asked.check, answer);
            }
            all.put(check, new Awaited(answer, asked.since));
        });
        return all;
    }

    private void begin(ReadinessCheck check, CompletableFuture<Optional<String>> answer) {
        try {
            threads.execute(() -> {
                try {
                    answer.complete(check.fault());
                } catch (Exception e) {
                    answer.completeExceptionally(e);
                } catch (Error e) {
                    // Such as too little memory: told, and left to the thread's own end.
                    answer.completeExceptionally(e);
                    throw e;
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(e);
        }
    }

    private String fault(Awaited awaited, long end) {
        long now = nanos.getAsLong();
        // What hangs was waited for by whoever asked first.
        long left = Math.min(end - System.nanoTime(), awaited.since + limit.toNanos() - now);
        try {
            return awaited.answer.get(Math.max(0, left), TimeUnit.NANOSECONDS).orElse("");
        } catch (TimeoutException e) {
            return "no answer for " + TimeUnit.NANOSECONDS.toSeconds(Math.max(limit.toNanos(), now - awaited.since))
                    + " s";
        } catch (ExecutionException e) {
            return "cannot be checked: " + e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "the wait for an answer was interrupted";
        }
    }

    private void note(HealthReport report) {
        synchronized (this) {
            if (wasReady == report.ready()) {
                return;
            }
            wasReady = report.ready();
        }
        if (report.ready()) {
            LOG.atInfo().addKeyValue("process", name).log("ready again");
        } else {
            LOG.atWarn()
                    .addKeyValue("process", name)
                    .addKeyValue("checks", report.json())
                    .log("not ready");
        }
    }
}
