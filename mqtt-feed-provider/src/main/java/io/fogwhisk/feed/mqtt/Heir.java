package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.registry.TopicFilter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Takes over the session that a lost member of a share group left at the broker: takes what waits there, has the broker
 * send the session nothing more, and ends it once everything is accepted. Some brokers drop what waits when a
 * subscription ends, therefore the session is emptied first, as far as that is possible while messages go on coming.
 *
 * <p>When the broker gives the session to somebody else, its owner or another heir, this one stops and does not come
 * back. Its state belongs to the control thread.
 */
final class Heir {

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final int DRAIN_LOOKS = 20;
    private static final int QUIET_LOOKS = 8;

    private final SessionKeeper session;
    private final TopicFilter filter;
    private final MqttThreads threads;
    private final Consumer<Boolean> over;
    private final Counted sink;
    private boolean ended;
    private boolean unsubscribed;
    private int questions;

    /**
     * An heir that does nothing yet.
     *
     * @param session makes the session that hands its messages to a sink
     * @param sink takes the messages
     * @param filter the session's only subscription
     * @param over is told once by the control thread: true if the session is ended, false if it was lost
     */
    Heir(
            Function<MessageSink, SessionKeeper> session,
            MessageSink sink,
            TopicFilter filter,
            MqttThreads threads,
            Consumer<Boolean> over) {
        this.sink = new Counted(sink);
        this.session = session.apply(this.sink);
        this.filter = filter;
        this.threads = threads;
        this.over = over;
    }

    void start() {
        session.watch(connected -> {
            if (connected) {
                look(0, 0, 0);
            } else {
                end(false);
            }
        });
        session.start();
    }

    /** Why the session cannot be had, if the broker says so. */
    Optional<String> error() {
        return session.state().error();
    }

    /** Leaves the session to its owner. */
    void letGo() {
        end(false);
    }

    private void look(int looks, long before, int quietBefore) {
        if (ended) {
            return;
        }
        long now = sink.taken();
        int quiet = now == before && sink.open() == 0 && session.idle() ? quietBefore + 1 : 0;
        if (unsubscribed && quiet >= QUIET_LOOKS) {
            ask(now);
            return;
        }
        if (looks == DRAIN_LOOKS || (looks < DRAIN_LOOKS && quiet == QUIET_LOOKS)) {
            threads.then(session.subscribe(Map.of(), Set.of(filter)), (done, failure) -> unsubscribed = true);
            threads.later(LOOK, () -> look(DRAIN_LOOKS + 1, now, 0));
        } else {
            threads.later(LOOK, () -> look(looks + 1, now, quiet));
        }
    }

    /**
     * Has the broker answer once more. It may have stood still all the time that nothing came; but what it sends for the
     * acknowledgements comes before this answer.
     */
    private void ask(long before) {
        questions++;
        TopicFilter nothing = TopicFilter.parse("fogwhisk/share/nothing/" + questions);
        threads.then(session.subscribe(Map.of(), Set.of(filter, nothing)), (done, failure) -> {
            if (ended) {
                return;
            }
            if (sink.taken() == before && sink.open() == 0 && session.idle()) {
                ended = true;
                threads.then(session.retire(), (left, lost) -> over.accept(true));
            } else {
                look(DRAIN_LOOKS + 1, before, 0);
            }
        });
    }

    private void end(boolean done) {
        if (!ended) {
            ended = true;
            session.letGo();
            over.accept(done);
        }
    }

    /** Counts the messages, and those that are not acknowledged. */
    private static final class Counted implements MessageSink {
        private final MessageSink sink;
        private final AtomicLong taken = new AtomicLong();
        private final AtomicLong open = new AtomicLong();

        Counted(MessageSink sink) {
            this.sink = sink;
        }

        @Override
        public void take(MqttMessage message) {
            sink.take(counted(message));
        }

        @Override
        public boolean offer(MqttMessage message, Duration patience) {
            boolean done = sink.offer(counted(message), patience);
            if (!done) {
                open.decrementAndGet();
            }
            return done;
        }

        long taken() {
            return taken.get();
        }

        long open() {
            return open.get();
        }

        private MqttMessage counted(MqttMessage message) {
            taken.incrementAndGet();
            open.incrementAndGet();
            return new CountedMessage(message, open::decrementAndGet);
        }
    }
}
