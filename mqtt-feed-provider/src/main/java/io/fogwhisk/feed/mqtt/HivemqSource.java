package io.fogwhisk.feed.mqtt;

import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAck;
import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A source on the HiveMQ client, MQTT 5. Its state belongs to the control thread. */
final class HivemqSource implements MqttSource {

    private static final Logger LOG = LoggerFactory.getLogger(HivemqSource.class);
    private static final Backoff BACKOFF = Backoff.between(Duration.ofMillis(200), Duration.ofSeconds(10));
    private static final Duration STABLE = Duration.ofSeconds(30);
    private static final Duration DRAIN_CHECK = Duration.ofSeconds(30);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(3);

    private final String clientId;
    private final Broker broker;
    private final MqttThreads threads;
    private final Consumer<MqttMessage> sink;

    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final List<HivemqConnection> lost = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private Map<TopicFilter, Integer> wanted = Map.of();
    private Set<TopicFilter> unwanted = Set.of();
    private long version;
    private int failures;
    private long connectedSince;
    private boolean closed;
    private @Nullable HivemqConnection current;
    private boolean ending;
    private boolean leaving;
    private volatile State state = new State(false, Optional.empty(), Map.of());

    HivemqSource(String clientId, Broker broker, MqttThreads threads, Consumer<MqttMessage> sink) {
        this.clientId = Objects.requireNonNull(clientId, "clientId is null");
        this.broker = Objects.requireNonNull(broker, "broker is null");
        this.threads = Objects.requireNonNull(threads, "threads is null");
        this.sink = Objects.requireNonNull(sink, "sink is null");
    }

    private record Waiting(long version, CompletableFuture<Void> done) {}

    @Override
    public void start() {
        threads.control().execute(this::connect);
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public CompletionStage<Void> subscribe(Map<TopicFilter, Integer> filters, Set<TopicFilter> gone) {
        Map<TopicFilter, Integer> wish = Map.copyOf(filters);
        Set<TopicFilter> against = Set.copyOf(gone);
        CompletableFuture<Void> done = new CompletableFuture<>();
        threads.control().execute(() -> {
            wanted = wish;
            unwanted = against;
            version++;
            waiting.add(new Waiting(version, done));
            if (state.connected() && current != null) {
                synchronise(current);
            }
        });
        return done;
    }

    @Override
    public CompletionStage<Void> end(Set<TopicFilter> gone) {
        Set<TopicFilter> against = Set.copyOf(gone);
        threads.control().execute(() -> {
            ending = true;
            Set<TopicFilter> held = new HashSet<>(against);
            held.addAll(wanted.keySet());
            held.addAll(unwanted);
            wanted = Map.of();
            unwanted = held;
            if (state.connected() && current != null && !leaving) {
                remove(current);
            }
        });
        return ended;
    }

    @Override
    public CompletionStage<Void> leave() {
        threads.control().execute(() -> {
            if (!closed && state.connected() && current != null && !leaving) {
                leave(current, false);
            } else if (!leaving) {
                finish();
            }
        });
        return left;
    }

    @Override
    public void close() {
        try {
            leave().toCompletableFuture().get(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.atWarn()
                    .addKeyValue("broker", broker)
                    .addKeyValue("error", String.valueOf(e.getMessage()))
                    .log("broker did not take the disconnect in time");
        }
    }

    private void connect() {
        if (closed) {
            return;
        }
        HivemqConnection[] self = new HivemqConnection[1];
        HivemqConnection connection = new HivemqConnection(
                clientId,
                broker,
                threads,
                sink,
                cause -> threads.control().execute(() -> disconnected(self[0], cause)));
        self[0] = connection;
        current = connection;
        boolean purge = ending;
        threads.then(connection.connect(purge), (answer, failure) -> {
            if (failure != null) {
                failed(connection, failure);
            } else {
                connected(connection, answer, purge);
            }
        });
    }

    private void connected(HivemqConnection connection, Mqtt5ConnAck answer, boolean purge) {
        if (closed) {
            return;
        }
        if (purge) {
            ended.complete(null);
            leave(connection, true);
            return;
        }
        connectedSince = System.nanoTime();
        for (HivemqConnection old : lost) {
            if (answer.isSessionPresent()) {
                old.supersede();
            } else {
                // The broker forgot what it had sent: what the lost connection still holds exists only there.
                drain(old, -1);
            }
        }
        lost.clear();
        state = new State(true, Optional.empty(), Map.of());
        LOG.atInfo()
                .addKeyValue("broker", broker)
                .addKeyValue("sessionPresent", answer.isSessionPresent())
                .log("connected to broker");
        if (ending) {
            remove(connection);
        } else {
            synchronise(connection);
        }
    }

    private void failed(HivemqConnection connection, Throwable failure) {
        connection.cancel();
        if (connection != current || closed) {
            return;
        }
        current = null;
        again(message(failure));
    }

    private void disconnected(HivemqConnection connection, Throwable cause) {
        // A connect that failed is reported here as well: the future tells of it.
        if (connection != current || !state.connected() || leaving || closed) {
            return;
        }
        current = null;
        lost.add(connection);
        if (System.nanoTime() - connectedSince > STABLE.toNanos()) {
            failures = 0;
        }
        LOG.atWarn()
                .addKeyValue("broker", broker)
                .addKeyValue("error", message(cause))
                .log("connection to broker lost");
        again(message(cause));
    }

    private void again(String error) {
        failures++;
        state = new State(false, Optional.of(error), Map.of());
        Duration wait =
                BACKOFF.after(failures, () -> ThreadLocalRandom.current().nextDouble());
        LOG.atDebug()
                .addKeyValue("broker", broker)
                .addKeyValue("attempt", failures)
                .addKeyValue("error", error)
                .log("broker is away");
        threads.later(wait, this::connect);
    }

    /** Makes the broker's subscriptions equal to the wanted ones. */
    private void synchronise(HivemqConnection connection) {
        long seen = version;
        List<TopicFilter> order = List.copyOf(wanted.keySet());
        CompletableFuture<Map<TopicFilter, String>> subscribed = order.isEmpty()
                ? CompletableFuture.completedFuture(Map.of())
                : connection.subscribe(wanted, order).handle((answer, failure) -> refusals(order, answer, failure));
        CompletableFuture<?> unsubscribed =
                unwanted.isEmpty() ? CompletableFuture.completedFuture(null) : connection.unsubscribe(unwanted);
        threads.then(subscribed.thenCombine(unsubscribed, (refused, done) -> refused), (refused, failure) -> {
            if (failure != null) {
                LOG.atDebug().setCause(failure).addKeyValue("broker", broker).log("subscriptions not changed");
            } else if (connection == current) {
                synchronised(seen, refused);
            }
        });
    }

    private void synchronised(long seen, Map<TopicFilter, String> refused) {
        if (seen == version) {
            state = new State(true, Optional.empty(), refused);
        }
        List<Waiting> answered =
                waiting.stream().filter(wish -> wish.version <= seen).toList();
        waiting.removeAll(answered);
        answered.forEach(wish -> wish.done.complete(null));
    }

    private static Map<TopicFilter, String> refusals(
            List<TopicFilter> order, @Nullable Mqtt5SubAck answer, @Nullable Throwable failure) {
        Mqtt5SubAck codes = answer;
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof Mqtt5SubAckException all) {
            codes = all.getMqttMessage();
        }
        if (codes == null || codes.getReasonCodes().size() != order.size()) {
            throw new CompletionException(cause);
        }
        Map<TopicFilter, String> refused = new HashMap<>();
        for (int i = 0; i < order.size(); i++) {
            if (codes.getReasonCodes().get(i).isError()) {
                refused.put(
                        order.get(i),
                        "the broker refused the subscription: "
                                + codes.getReasonCodes().get(i));
            }
        }
        return refused;
    }

    /**
     * Unsubscribes, then ends the session. No broker confirms a disconnect, and one that sees the connection closed
     * before it takes the disconnect keeps the session and collects for it for ever.
     */
    private void remove(HivemqConnection connection) {
        CompletableFuture<?> unsubscribed =
                unwanted.isEmpty() ? CompletableFuture.completedFuture(null) : connection.unsubscribe(unwanted);
        threads.then(unsubscribed, (done, failure) -> {
            if (connection != current || leaving || closed) {
                return;
            }
            if (failure == null) {
                leave(connection, true);
            } else {
                connection.abandon();
                removeByAnother(failure);
            }
        });
    }

    /** Has the session removed by the next connection, whose answer confirms it. */
    private void removeByAnother(Throwable failure) {
        current = null;
        again(message(failure));
    }

    private void leave(HivemqConnection connection, boolean endSession) {
        leaving = true;
        threads.then(connection.disconnect(endSession), (done, failure) -> {
            connection.supersede();
            if (failure != null && endSession && !ended.isDone()) {
                // Lost in this very moment.
                leaving = false;
                removeByAnother(failure);
                return;
            }
            if (endSession) {
                ended.complete(null);
            }
            finish();
        });
    }

    private void finish() {
        closed = true;
        state = new State(false, Optional.empty(), Map.of());
        lost.forEach(HivemqConnection::supersede);
        lost.clear();
        if (current != null) {
            current.abandon();
        }
        left.complete(null);
    }

    /** Lets a lost connection hand on what it holds, and lets go of it when nothing comes any more. */
    private void drain(HivemqConnection old, long seen) {
        long handedOn = old.handedOn();
        if (closed || (handedOn >= 0 && handedOn == seen)) {
            old.cancel();
            return;
        }
        threads.later(DRAIN_CHECK, () -> drain(old, handedOn));
    }

    private static String message(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
