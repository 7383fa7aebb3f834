package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.registry.TopicFilter;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source of a shared subscription. Brokers such as Mosquitto go on giving the session of a lost member its share of
 * the messages, up to a queue that overflows; so the members of a group take over what another one leaves. Its state
 * belongs to the control thread.
 */
final class SharedSource implements MqttSource {

    private static final Logger LOG = LoggerFactory.getLogger(SharedSource.class);

    private final SessionKeeper session;
    private final BrokerAccess access;
    private final TopicFilter filter;
    private final MessageSink sink;
    private final Herald herald;
    private final Succession succession;
    private final Map<String, Heir> heirs = new HashMap<>();
    // A session may connect once more, for its end.
    private boolean closing;
    private volatile Optional<String> trouble = Optional.empty();
    private volatile List<Heir> atWork = List.of();

    /**
     * A source that is not started.
     *
     * @param access of this member's own session
     * @param filter its only subscription
     */
    SharedSource(BrokerAccess access, TopicFilter filter, ShareTopics topics, MessageSink sink) {
        this.access = access;
        this.filter = filter;
        this.sink = Objects.requireNonNull(sink, "sink is null");
        session = new SessionKeeper(access.broker(), access, access.threads(), sink);
        succession = new Succession(access.clientId(), access.settings().takeOver(), new Acts());
        herald = new Herald(access, topics, new Herald.Listener() {
            @Override
            public void heard(String clientId, Optional<ShareWord> word) {
                succession.heard(clientId, word);
            }

            @Override
            public void trouble(Optional<String> why) {
                trouble = why.map(text -> "share group: " + text);
            }
        });
        watch(connected -> {});
    }

    @Override
    public void start() {
        session.start();
        herald.start();
    }

    @Override
    public void watch(Consumer<Boolean> listener) {
        session.watch(connected -> {
            herald.say(connected ? ShareWord.HERE : ShareWord.GONE);
            succession.present(connected && !closing);
            listener.accept(connected);
        });
    }

    @Override
    public CompletionStage<Void> subscribe(Map<TopicFilter, Integer> wanted, Set<TopicFilter> unwanted) {
        return session.subscribe(wanted, unwanted);
    }

    @Override
    public CompletionStage<Void> end(Set<TopicFilter> unwanted) {
        control(this::letGoOfAll);
        return session.end(unwanted).thenCompose(done -> herald.leave(Optional.empty()));
    }

    @Override
    public CompletionStage<Void> leave() {
        control(this::letGoOfAll);
        CompletableFuture<Void> told = session.leave()
                .thenCompose(done -> herald.leave(Optional.of(ShareWord.GONE)))
                .toCompletableFuture();
        return told;
    }

    /** That of the own session; while it is connected, the error is what keeps others from taking it over. */
    @Override
    public State state() {
        State own = session.state();
        Optional<String> error = own.error()
                .or(() -> trouble)
                .or(() -> atWork.stream().flatMap(heir -> heir.error().stream()).findFirst());
        return new State(own.connected(), error, own.refused());
    }

    @Override
    public void close() {
        control(this::letGoOfAll);
        session.close();
        CompletionStage<Void> unused = herald.leave(Optional.of(ShareWord.GONE));
    }

    private void letGoOfAll() {
        closing = true;
        succession.present(false);
        List.copyOf(heirs.values()).forEach(Heir::letGo);
    }

    private void control(Runnable task) {
        access.threads().control().execute(task);
    }

    private final class Acts implements Succession.Actions {

        @Override
        public void later(Duration wait, Runnable task) {
            access.threads().later(wait, task);
        }

        @Override
        public void takeOver(String clientId) {
            LOG.atInfo()
                    .addKeyValue("broker", access.broker())
                    .addKeyValue("clientId", clientId)
                    .log("takes over the session of a lost member of the share group");
            herald.say(clientId, ShareWord.takenBy(access.clientId()));
            BrokerAccess theirs = access.of(clientId);
            Heir heir = new Heir(
                    counted -> new SessionKeeper(access.broker(), theirs, access.threads(), counted),
                    sink,
                    filter,
                    access.threads(),
                    ended -> over(clientId, ended));
            heirs.put(clientId, heir);
            atWork = List.copyOf(heirs.values());
            heir.start();
        }

        @Override
        public void letGo(String clientId) {
            Stream.ofNullable(heirs.get(clientId)).forEach(Heir::letGo);
        }

        @Override
        public Set<String> taken() {
            return new HashSet<>(heirs.keySet());
        }

        private void over(String clientId, boolean ended) {
            heirs.remove(clientId);
            atWork = List.copyOf(heirs.values());
            LOG.atInfo()
                    .addKeyValue("broker", access.broker())
                    .addKeyValue("clientId", clientId)
                    .addKeyValue("ended", ended)
                    .log("done with the session of a lost member of the share group");
            if (ended) {
                herald.forget(clientId);
            } else {
                succession.lost(clientId);
            }
        }
    }
}
