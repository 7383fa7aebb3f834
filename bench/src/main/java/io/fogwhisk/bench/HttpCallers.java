package io.fogwhisk.bench;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/** Callers that each send a request, wait for the answer, and send the next (closed loop). */
final class HttpCallers {

    private HttpCallers() {}

    /**
     * What they measured.
     *
     * @param latency of the expected answers, in microseconds
     * @param unexpected answers with another status code
     * @param firstUnexpected the status code and body of one of them, or empty
     * @param seconds of the whole run
     * @param clientMicros processor time that the callers themselves took, per answer
     */
    record Result(Histogram latency, long unexpected, String firstUnexpected, double seconds, double clientMicros) {

        double perSecond() {
            return latency.getTotalCount() / seconds;
        }

        /** For people; empty if every answer was as expected. */
        String complaint() {
            return unexpected == 0 ? "" : "; " + unexpected + " other answers, one of them " + firstUnexpected;
        }
    }

    /**
     * Calls for a time.
     *
     * @param requests gives the next request; asked by every caller, so it must be thread-safe
     * @param expected the status code that counts
     */
    static Result run(URI api, int callers, Duration length, int expected, Supplier<byte[]> requests) {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        long start = System.nanoTime();
        long end = start + length.toNanos();
        try {
            List<Callable<Share>> tasks = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                tasks.add(() -> call(api, end, expected, requests));
            }
            Histogram latency = new Histogram(TimeUnit.MINUTES.toMicros(2), 3);
            long unexpected = 0;
            String first = "";
            long cpuNanos = 0;
            for (Future<Share> share : threads.invokeAll(tasks)) {
                latency.add(share.get().latency);
                unexpected += share.get().unexpected;
                first = first.isEmpty() ? share.get().firstUnexpected : first;
                cpuNanos += share.get().cpuNanos;
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Result(
                    latency,
                    unexpected,
                    first,
                    seconds,
                    cpuNanos / 1e3 / Math.max(1, latency.getTotalCount() + unexpected));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        } catch (ExecutionException e) {
            throw new BenchException("a caller failed: " + e.getMessage(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    private record Share(Histogram latency, long unexpected, String firstUnexpected, long cpuNanos) {}

    private static Share call(URI api, long end, int expected, Supplier<byte[]> requests) {
        Histogram latency = new Histogram(TimeUnit.MINUTES.toMicros(2), 3);
        long unexpected = 0;
        String first = "";
        try (HttpLine line = new HttpLine(api)) {
            for (long sent = System.nanoTime(); sent < end; sent = System.nanoTime()) {
                int status = line.send(requests.get());
                if (status == expected) {
                    latency.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - sent));
                } else if (unexpected++ == 0) {
                    first = status + " " + line.body();
                }
            }
        }
        return new Share(
                latency, unexpected, first, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
    }
}
