package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.Endpoint;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunRequest;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Several end-points without anybody who coordinates their clients: each request goes to the primary one and, with a
 * small probability, to each of the others; who answers well first becomes the primary. With one end-point all requests
 * go there.
 */
public final class UncoordinatedAccess implements LambdaAccess {

    private final EdgeClient client;
    private final List<String> endpoints;
    private final double persistence;
    private final RandomGenerator random;
    private volatile String primary;

    /**
     * An access whose primary end-point is the first one.
     *
     * @param endpoints {@code host:port} each, at least one
     * @param persistence the probability with which another end-point is asked, too, 0 to 1
     */
    public UncoordinatedAccess(EdgeClient client, List<String> endpoints, double persistence, RandomGenerator random) {
        this.client = Objects.requireNonNull(client, "client is null");
        this.endpoints = List.copyOf(endpoints);
        this.persistence = persistence;
        this.random = Objects.requireNonNull(random, "random is null");
        if (endpoints.isEmpty()) {
            throw new EdgeException("at least one server end-point is needed");
        }
        endpoints.forEach(Endpoint::parse);
        if (!(persistence >= 0 && persistence <= 1)) {
            throw new EdgeException("persistence must be 0 to 1, was " + persistence);
        }
        primary = endpoints.get(0);
    }

    /** Who is asked each time. */
    public String primary() {
        return primary;
    }

    @Override
    public CompletionStage<RunAnswer> ask(RunRequest request, Duration timeout) {
        String first = primary;
        List<String> asked = endpoints;
        if (endpoints.size() > 1) {
            asked = endpoints.stream()
                    .filter(each -> each.equals(first) || random.nextDouble() < persistence)
                    .toList();
        }
        Race race = new Race(asked.size());
        for (String endpoint : asked) {
            client.run(endpoint, request, new Metadata(), timeout).thenAccept(answer -> race.ended(endpoint, answer));
        }
        return race;
    }

    private final class Race extends CompletableFuture<RunAnswer> {
        private final AtomicInteger left;

        Race(int asked) {
            left = new AtomicInteger(asked);
        }

        void ended(String endpoint, RunAnswer answer) {
            RunAnswer named = answer.responder().isEmpty() ? answer.from(endpoint) : answer;
            if (named.ok()) {
                if (complete(named)) {
                    primary = endpoint;
                }
                left.decrementAndGet();
            } else if (left.decrementAndGet() == 0) {
                complete(named);
            }
        }
    }
}
