package io.fogwhisk.feed.mqtt;

import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
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

/**
 * Keeps a session at a broker, whatever library makes the connections: connects again with back-off and jitter, has
 * every connection subscribe anew, and lets lost connections hand on what exists nowhere else. Its state belongs to the
 * control thread.
 */
final class SessionKeeper implements MqttSource {

    private static final Logger LOG = LoggerFactory.getLogger(SessionKeeper.class);
    private static final Backoff BACKOFF = Backoff.between(Duration.ofMillis(200), Duration.ofSeconds(10));
    private static final Duration STABLE = Duration.ofSeconds(30);
    private static final Duration DRAIN_CHECK = Duration.ofSeconds(30);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(3);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);
    // A library has its own limits for the transport and the answer; this one is for those that forget them.
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(MqttConnection.CONNECT_SECONDS + 2L);

    private final Broker broker;
    private final ConnectionMaker maker;
    private final MqttThreads threads;
    private final MessageSink sink;

    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final List<MqttConnection> lost = new ArrayList<>();
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private final Subscriptions subscriptions = new Subscriptions();
    private int failures;
    private long connectedSince;
    private boolean asking;
    private boolean closed;
    private boolean lettingGo;
    private @Nullable MqttConnection current;
    private @Nullable Throwable lostEarly;
    private boolean ending;
    private boolean leaving;
    private volatile Consumer<Boolean> watcher = connected -> {};
    private volatile State state = new State(false, Optional.empty(), Map.of());

    SessionKeeper(Broker broker, ConnectionMaker maker, MqttThreads threads, MessageSink sink) {
        this.broker = Objects.requireNonNull(broker, "broker is null");
        this.maker = Objects.requireNonNull(maker, "maker is null");
        this.threads = Objects.requireNonNull(threads, "threads is null");
        this.sink = Objects.requireNonNull(sink, "sink is null");
    }

    @Override
    public void start() {
        threads.control().execute(this::connect);
    }

    @Override
    public void watch(Consumer<Boolean> listener) {
        watcher = listener;
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
            subscriptions.want(wish, against);
            waiting.add(done);
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
            subscriptions.wantNothing(against);
            if (state.connected() && current != null && !leaving) {
                synchronise(current);
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

    /** Whether all that came on the connection there is was handed on; asked by the control thread. */
    boolean idle() {
        return current == null || current.handedOn() >= 0;
    }

    /**
     * Disconnects, ends the session if a disconnect can do that, and closes. Unlike {@link #end} it never connects again
     * for it: the session may have got another owner meanwhile.
     *
     * @return completes when closed
     */
    CompletionStage<Void> retire() {
        threads.control().execute(() -> {
            if (!closed && state.connected() && current != null && !leaving) {
                MqttConnection connection = current;
                leaving = true;
                threads.then(connection.disconnect(connection.endsSessions()), (done, failure) -> {
                    connection.supersede();
                    finish();
                });
            } else if (!leaving) {
                finish();
            }
        });
        return left;
    }

    /**
     * Disconnects and closes like {@link #leave}, but what was taken so far is still handed on, because nobody here gets
     * to know whether the session lives on.
     */
    void letGo() {
        threads.control().execute(() -> {
            if (closed || leaving) {
                return;
            }
            lettingGo = true;
            if (current != null && state.connected()) {
                MqttConnection connection = current;
                leaving = true;
                current = null;
                threads.then(connection.disconnect(false), (done, failure) -> drain(connection, -1));
            }
            lost.forEach(old -> drain(old, -1));
            lost.clear();
            finish();
        });
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
        MqttConnection[] self = new MqttConnection[1];
        MqttConnection connection;
        try {
            connection = maker.make(sink, cause -> threads.control().execute(() -> disconnected(self[0], cause)));
        } catch (FeedException e) {
            again(message(e));
            return;
        }
        self[0] = connection;
        current = connection;
        lostEarly = null;
        boolean purge = ending;
        CompletableFuture<Boolean> answer =
                connection.connect(purge).toCompletableFuture().copy();
        threads.later(CONNECT_LIMIT, () -> answer.completeExceptionally(new TimeoutException("no answer in time")));
        threads.then(answer, (present, failure) -> {
            if (failure != null) {
                failed(connection, failure);
            } else {
                connected(connection, present, purge);
            }
        });
    }

    private void connected(MqttConnection connection, boolean sessionPresent, boolean purge) {
        if (closed) {
            return;
        }
        if (purge) {
            ended.complete(null);
            leave(connection, true);
            return;
        }
        connectedSince = System.nanoTime();
        for (MqttConnection old : lost) {
            if (sessionPresent) {
                old.supersede();
            } else {
                // The broker forgot what it had sent: what the lost connection still holds exists only there.
                drain(old, -1);
            }
        }
        lost.clear();
        state = new State(true, Optional.empty(), Map.of());
        watcher.accept(true);
        LOG.atInfo()
                .addKeyValue("broker", broker)
                .addKeyValue("sessionPresent", sessionPresent)
                .log("connected to broker");
        asking = false;
        subscriptions.askAgain();
        if (lostEarly == null) {
            synchronise(connection);
        } else {
            disconnected(connection, lostEarly);
        }
    }

    private void failed(MqttConnection connection, Throwable failure) {
        connection.abandon();
        if (connection != current || closed) {
            return;
        }
        current = null;
        again(message(failure));
    }

    private void disconnected(@Nullable MqttConnection connection, Throwable cause) {
        if (connection == null || connection != current || leaving || closed) {
            return;
        }
        if (!state.connected()) {
            // The connect failed, of which its answer tells; or succeeded, and the news of its end were faster.
            lostEarly = cause;
            return;
        }
        current = null;
        lost.add(connection);
        watcher.accept(false);
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

    /** Makes the broker's subscriptions equal to the wanted ones, one packet after the other. */
    private void synchronise(MqttConnection connection) {
        if (asking || leaving) {
            return;
        }
        Optional<Subscriptions.Packet> next = subscriptions.next();
        if (next.isEmpty()) {
            synchronised(connection);
            return;
        }
        asking = true;
        Subscriptions.Packet packet = next.get();
        CompletionStage<Map<TopicFilter, String>> answer = packet.subscribe().isEmpty()
                ? connection.unsubscribe(packet.unsubscribe()).thenApply(done -> Map.of())
                : connection.subscribe(packet.subscribe());
        threads.then(answer, (refused, failure) -> {
            if (connection != current || leaving || closed) {
                return;
            }
            asking = false;
            if (failure == null) {
                subscriptions.answered(packet, refused);
                synchronise(connection);
            } else if (ending) {
                connection.abandon();
                removeByAnother(message(failure));
            } else {
                LOG.atDebug().setCause(failure).addKeyValue("broker", broker).log("subscriptions not changed");
                asking = true;
                threads.later(ASK_AGAIN, () -> askAgain(connection));
            }
        });
    }

    private void askAgain(MqttConnection connection) {
        if (connection == current && state.connected()) {
            asking = false;
            synchronise(connection);
        }
    }

    private void synchronised(MqttConnection connection) {
        if (ending) {
            remove(connection);
            return;
        }
        state = new State(true, Optional.empty(), subscriptions.refused());
        List<CompletableFuture<Void>> answered = List.copyOf(waiting);
        waiting.clear();
        answered.forEach(done -> done.complete(null));
    }

    /**
     * Ends the session, unsubscribed by now. No broker confirms a disconnect, and one that sees the connection closed
     * before it takes the disconnect keeps the session, but then it collects nothing.
     */
    private void remove(MqttConnection connection) {
        if (connection.endsSessions()) {
            leave(connection, true);
            return;
        }
        current = null;
        state = new State(false, Optional.empty(), Map.of());
        threads.then(connection.disconnect(false), (done, failure) -> {
            connection.supersede();
            connect();
        });
    }

    /** Has the session removed by the next connection, whose answer confirms it. */
    private void removeByAnother(String error) {
        current = null;
        again(error);
    }

    private void leave(MqttConnection connection, boolean endSession) {
        leaving = true;
        threads.then(connection.disconnect(endSession), (done, failure) -> {
            connection.supersede();
            if (failure != null && endSession && !ended.isDone()) {
                // Lost in this very moment.
                leaving = false;
                removeByAnother(message(failure));
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
        lost.forEach(MqttConnection::supersede);
        lost.clear();
        if (current != null) {
            current.abandon();
        }
        left.complete(null);
    }

    /** Lets a lost connection hand on what it holds, and lets go of it when nothing comes any more. */
    private void drain(MqttConnection old, long seen) {
        long handedOn = old.handedOn();
        if ((closed && !lettingGo) || (handedOn >= 0 && handedOn == seen)) {
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
