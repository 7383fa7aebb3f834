package io.fogwhisk.bench;

import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Fires a trigger whose rule leads to a built-in action, at an OpenWhisk of its own: each fire is on the disk before it
 * counts as accepted, and ends as two stored activations, the trigger's and the action's. Fires wait while too many are
 * accepted and not yet run, so that the rate is one that lasts.
 */
@Command(
        name = "fire",
        description = "Fires trigger, rule and built-in action of an OpenWhisk in this process; counts what is stored.",
        mixinStandardHelpOptions = true)
final class FireLoad implements Callable<Integer> {

    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final long WAIT_NANOS = 200_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--for", defaultValue = "20s", description = "how long to measure (default ${DEFAULT-VALUE})")
    private String length = "";

    @Option(names = "--warm-up", defaultValue = "10s", description = "load before (default ${DEFAULT-VALUE})")
    private String warmUp = "";

    @Option(
            names = "--activations",
            defaultValue = "0",
            description = "instead of for a time, fire until that many activations were made")
    private long activations;

    @Option(
            names = "--keep",
            defaultValue = "100000000",
            description = "activation records that are kept, the oldest go (default ${DEFAULT-VALUE})")
    private long keep;

    @Option(
            names = "--in-flight",
            defaultValue = "1000",
            description = "fires not yet answered (default ${DEFAULT-VALUE})")
    private int inFlight;

    @Option(
            names = "--backlog",
            defaultValue = "5000",
            description = "fires answered and not yet run, above which firing waits (default ${DEFAULT-VALUE})")
    private int backlog;

    @Option(names = "--http", description = "fire over HTTP instead of through the contract in the same process")
    private boolean http;

    @Option(names = "--connections", defaultValue = "64", description = "with --http (default ${DEFAULT-VALUE})")
    private int connections;

    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();

    @Override
    public Integer call() {
        if (http && activations > 0) {
            throw new ParameterException(spec.commandLine(), "--activations goes without --http");
        }
        try (OwnOpenWhisk own = new OwnOpenWhisk(keep)) {
            if (activations > 0) {
                return untilMade(own);
            }
            load(own, "warm-up", ConfigNode.parseDuration(warmUp));
            drain(own, accepted.sum());
            long acceptedBefore = accepted.sum();
            long storedBefore = own.stored();
            long start = System.nanoTime();
            load(own, "measured", ConfigNode.parseDuration(length));
            double fired = (System.nanoTime() - start) / 1e9;
            drain(own, accepted.sum());
            double run = (System.nanoTime() - start) / 1e9;
            return report(own, accepted.sum() - acceptedBefore, own.stored() - storedBefore, fired, run);
        }
    }

    private int report(OwnOpenWhisk own, long fires, long records, double fired, double run) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "accepted %d fires in %.1f s (%.0f/s), all run after %.1f s (%.0f/s); refused %d%n",
                fires,
                fired,
                fires / fired,
                run,
                fires / run,
                refused.sum());
        out.printf(
                Locale.ROOT,
                "stored %d activations (%.0f/s), expected %d; files %d MB, resident %s with the generator%n",
                records,
                records / run,
                2 * fires,
                own.bytesOnDisk() >> 20,
                ResidentMemory.text(ResidentMemory.of(ProcessHandle.current().pid())));
        out.flush();
        return records == 2 * fires && refused.sum() == 0 ? 0 : 1;
    }

    private void load(OwnOpenWhisk own, String what, Duration time) {
        if (http) {
            HttpCallers.Result result = HttpCallers.run(own.api(), connections, time, 202, () -> {
                waitWhileBehind(own);
                accepted.increment();
                return HttpLine.request(
                        "POST",
                        own.api(),
                        "/api/v1/namespaces/_/triggers/bench",
                        AuthKey.GUEST.basicHeader(),
                        OwnOpenWhisk.payload(accepted.sum()).text());
            });
            accepted.add(-result.unexpected());
            refused.add(result.unexpected());
            PrintWriter out = spec.commandLine().getOut();
            out.printf(
                    Locale.ROOT,
                    "%s, %d connections: %.0f answers/s, p50 %.1f ms, p99 %.1f ms; the client itself took %.0f us each%s%n",
                    what,
                    connections,
                    result.perSecond(),
                    result.latency().getValueAtPercentile(50) / 1e3,
                    result.latency().getValueAtPercentile(99) / 1e3,
                    result.clientMicros(),
                    result.complaint());
            out.flush();
        } else {
            long end = System.nanoTime() + time.toNanos();
            fire(own, () -> System.nanoTime() < end);
        }
    }

    private void waitWhileBehind(OwnOpenWhisk own) {
        while (accepted.sum() - own.runs() > backlog) {
            LockSupport.parkNanos(WAIT_NANOS);
        }
    }

    /** Fires as fast as answers and runs allow; returns when the last fire is answered. */
    private void fire(OwnOpenWhisk own, BooleanSupplier goOn) {
        Semaphore free = new Semaphore(inFlight);
        for (long number = 0; goOn.getAsBoolean(); number++) {
            waitWhileBehind(own);
            free.acquireUninterruptibly();
            var unused = own.whisk()
                    .fire(AuthKey.GUEST, OwnOpenWhisk.TRIGGER, OwnOpenWhisk.payload(number))
                    .whenComplete((outcome, failure) -> {
                        (outcome instanceof Outcome.Accepted ? accepted : refused).increment();
                        free.release();
                    });
        }
        free.acquireUninterruptibly(inFlight);
    }

    private static void drain(OwnOpenWhisk own, long fires) {
        long end = System.nanoTime() + DRAIN_NANOS;
        while (own.runs() < fires || own.stored() != storedLater(own)) {
            if (System.nanoTime() > end) {
                throw new BenchException(own.runs() + " of " + fires + " fires ran within 120 s");
            }
        }
    }

    /** Records are stored a moment after the run: all are there once their number stands still. */
    private static long storedLater(OwnOpenWhisk own) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        return own.stored();
    }

    /** A million activations and what is left of them: memory and disk stay within their bounds. */
    private int untilMade(OwnOpenWhisk own) {
        PrintWriter out = spec.commandLine().getOut();
        long start = System.nanoTime();
        long step = Math.max(1, activations / 2 / 10);
        for (long done = 0; done < activations / 2; done = accepted.sum()) {
            long goal = Math.min(done + step, activations / 2);
            long first = done;
            LongAdder sent = new LongAdder();
            fire(own, () -> {
                sent.increment();
                return first + sent.sum() <= goal;
            });
            if (refused.sum() > 0) {
                throw new BenchException(refused.sum() + " fires were refused");
            }
            Runtime heap = Runtime.getRuntime();
            out.printf(
                    Locale.ROOT,
                    "%d activations after %.0f s: heap %d MB, resident %s, files %d MB, records kept %d%n",
                    2 * accepted.sum(),
                    (System.nanoTime() - start) / 1e9,
                    (heap.totalMemory() - heap.freeMemory()) >> 20,
                    ResidentMemory.text(
                            ResidentMemory.of(ProcessHandle.current().pid())),
                    own.bytesOnDisk() >> 20,
                    own.stored());
            out.flush();
        }
        drain(own, accepted.sum());
        long left = own.stored();
        out.printf(Locale.ROOT, "%d records kept of %d, at most %d wanted%n", left, 2 * accepted.sum(), keep);
        out.flush();
        return left <= keep ? 0 : 1;
    }
}
