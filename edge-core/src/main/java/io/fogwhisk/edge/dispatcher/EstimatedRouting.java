package io.fogwhisk.edge.dispatcher;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.edge.policy.Peers;
import io.fogwhisk.edge.policy.WeightOptimizer;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.table.ForwardingTable;
import io.fogwhisk.edge.table.Pick;
import io.fogwhisk.edge.table.Route;
import io.fogwhisk.edge.table.Routing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one table of a dispatcher, whoever sent the call, and the estimates by which it picks. Bounds and breakers are
 * those of a router's tables. Without a start it only writes no file. Thread-safe; nothing blocks.
 */
public final class EstimatedRouting implements Routing, Service {

    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private final EstimatorConfig config;
    private final EdgeTransport transport;
    private final LongSupplier nanoClock;
    private final long startedAt;
    private final Peers peers;
    private final ForwardingTable table;
    // By lambda and endpoint; exactly what the table has.
    private final Map<String, Map<String, Estimate>> estimates = new ConcurrentHashMap<>();
    private volatile @Nullable EstimateLog log;

    /**
     * An empty table.
     *
     * @param maxPending how many calls may be under way to one destination, over all lambdas; 0 for any number
     * @param transport asks destinations, if that is how estimates are made
     * @param nanoClock like {@link System#nanoTime}
     * @throws EdgeException if {@code maxPending} is negative
     */
    public EstimatedRouting(EstimatorConfig config, int maxPending, EdgeTransport transport, LongSupplier nanoClock) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.transport = Objects.requireNonNull(transport, "transport is null");
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock is null");
        startedAt = nanoClock.getAsLong();
        peers = new Peers(maxPending, ThreadLocalRandom::current);
        table = new ForwardingTable(WeightOptimizer.none(), peers, nanoClock);
    }

    /**
     * Opens the output file.
     *
     * @throws EdgeException if it cannot be written
     */
    @Override
    public void start() {
        if (!config.output().isEmpty()) {
            log = EstimateLog.open(Path.of(config.output()));
        }
    }

    @Override
    public void close() {
        EstimateLog opened = log;
        if (opened != null) {
            opened.close();
        }
    }

    @Override
    public int tables() {
        return 1;
    }

    @Override
    public List<ForwardingEntry> entries(int number) {
        return number == 0 ? table.entries() : List.of();
    }

    @Override
    public void change(ForwardingEntry entry) {
        if (!table.change(entry)) {
            return;
        }
        Estimator.of(config)
                .ifPresent(anew -> estimates.compute(entry.lambda(), (lambda, known) -> {
                    Map<String, Estimate> row = known == null ? new ConcurrentHashMap<>() : known;
                    row.put(entry.destination(), new Estimate(anew));
                    return row;
                }));
    }

    @Override
    public void remove(String lambda, String destination) {
        table.remove(lambda, destination);
        estimates.computeIfPresent(lambda, (key, row) -> {
            row.remove(destination);
            return row.isEmpty() ? null : row;
        });
    }

    @Override
    public void flush() {
        table.flush();
        estimates.clear();
    }

    @Override
    public void pick(RunRequest request, Collection<String> tried, Consumer<Pick> taker) {
        if (config instanceof EstimatorConfig.Probe probe) {
            new ProbedPick(
                            table,
                            peers,
                            transport,
                            nanoClock,
                            probe.maxClients(),
                            request,
                            tried,
                            (pick, millis) -> taker.accept(
                                    pick instanceof Route route
                                            ? new EstimatedRoute(route, request, millis / MILLIS, null)
                                            : pick))
                    .start();
            return;
        }
        Map<String, Estimate> row = estimates.getOrDefault(request.name(), Map.of());
        LowestEstimate policy =
                new LowestEstimate(row, request.size(), config.loadAge().toNanos());
        Pick pick = table.pick(request.name(), tried, policy);
        taker.accept(
                pick instanceof Route route
                        ? new EstimatedRoute(route, request, policy.estimated(), row.get(route.endpoint()))
                        : pick);
    }

    @Override
    public Duration period() {
        return Duration.ZERO;
    }

    @Override
    public void periodEnded() {
        // Estimates follow the answers.
    }

    /** A route that teaches the estimate too. */
    private final class EstimatedRoute implements Route {
        private final Route route;
        private final RunRequest request;
        private final double estimated;
        private final Optional<Estimate> estimate;

        EstimatedRoute(Route route, RunRequest request, double estimated, @Nullable Estimate estimate) {
            this.route = route;
            this.request = request;
            this.estimated = estimated;
            this.estimate = Optional.ofNullable(estimate);
        }

        @Override
        public String endpoint() {
            return route.endpoint();
        }

        @Override
        public boolean idempotent() {
            return route.idempotent();
        }

        @Override
        public void answered(Duration latency, RunAnswer answer) {
            if (!answer.ok()) {
                disappointed();
                route.answered(latency, answer);
                return;
            }
            long now = nanoClock.getAsLong();
            double seconds = latency.toNanos() / NANOS;
            // A question how long it would take tells nothing about how long it takes.
            if (!request.dry()) {
                estimate.ifPresent(each -> each.estimator()
                        .learn(new Estimator.Measurement(
                                request.size(), seconds, answer.processingMillis() / MILLIS, answer.load1(), now)));
            }
            route.answered(latency, answer);
            EstimateLog opened = log;
            if (opened != null) {
                opened.add((now - startedAt) / NANOS, request.name(), endpoint(), request.size(), estimated, seconds);
            }
        }

        @Override
        public void unreachable(String cause) {
            disappointed();
            route.unreachable(cause);
        }

        @Override
        public void unanswered(String cause) {
            disappointed();
            route.unanswered(cause);
        }

        @Override
        public void cancelled() {
            disappointed();
            route.cancelled();
        }

        private void disappointed() {
            estimate.ifPresent(each -> each.disappointed(nanoClock.getAsLong()));
        }
    }
}
