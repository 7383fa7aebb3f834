package io.fogwhisk.feed.mqtt;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.feed.registry.TopicFilter;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A lasting session at one broker that hands every message on, acknowledged only by who receives it.
 *
 * <p>Life cycle: {@link #start} returns at once and the source connects on its own, again and again, until it is closed;
 * {@link #close} leaves the session at the broker, which keeps collecting; {@link #end} removes it. After every
 * connect, also to a broker that forgot the session, all wanted subscriptions are made again.
 *
 * <p>Threads: every method may be called by any thread. Messages are handed on one at a time by a thread that may wait:
 * while it waits, no further message is taken than a small, fixed number.
 *
 * <p>Failure: shows in {@link #state}, never as an exception; everything is tried again.
 */
public interface MqttSource extends Service {

    /** Has a listener told, in order, when the connection came ({@code true}) or was lost; to be set before the start. */
    void watch(Consumer<Boolean> listener);

    /**
     * Sets which subscriptions there are.
     *
     * @param wanted the filters to subscribe to and their QoS
     * @param unwanted filters that the session may hold from before
     * @return completes when the broker answered for all of them, which may be never
     */
    CompletionStage<Void> subscribe(Map<TopicFilter, Integer> wanted, Set<TopicFilter> unwanted);

    /**
     * Removes the session, then closes; completes when the broker confirmed that it collects nothing any more, which may
     * be never.
     *
     * @param unwanted filters that the session may hold from before
     */
    CompletionStage<Void> end(Set<TopicFilter> unwanted);

    /** Closes and leaves the session at the broker; completes when closed. */
    CompletionStage<Void> leave();

    /** How the connection is. */
    State state();

    /**
     * How a connection is.
     *
     * @param connected whether messages can arrive
     * @param error the last thing that went wrong while not connected
     * @param refused the subscriptions that the broker refused, and why
     */
    record State(boolean connected, Optional<String> error, Map<TopicFilter, String> refused) {
        /** Copies the map. */
        public State {
            Objects.requireNonNull(error, "error is null");
            refused = Map.copyOf(refused);
        }
    }
}
