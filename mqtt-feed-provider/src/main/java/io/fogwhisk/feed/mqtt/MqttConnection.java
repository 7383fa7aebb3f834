package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.registry.TopicFilter;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * One connection to a broker, from connect to loss; another one is made after that. Whoever made it is told when it is
 * lost, and gets its messages from before {@link #connect} on, because a broker may send what the session holds right
 * behind its answer.
 *
 * <p>Threads: called by the control thread, never waits. Messages are handed on one at a time, by the dispatching thread
 * or, where that may read from the network and there is room for them, by the network's.
 * They may be acknowledged by any thread in any order: the broker is told in the order that MQTT asks for.
 */
interface MqttConnection {

    /** Longest wait for a connection of the transport, and then for the broker's answer. */
    int CONNECT_SECONDS = 10;

    /**
     * How many messages a broker may send before any is acknowledged: all that MQTT has numbers for. Mosquitto 2.0.11
     * sends more than a smaller maximum allows when a backlog builds up, and is then cut off for ever. What bounds the
     * fires under way is who takes the messages.
     */
    int RECEIVE_MAXIMUM = 65_535;

    /**
     * Connects.
     *
     * @param purge only to remove the session
     * @return completes with whether the broker knew the session
     */
    CompletionStage<Boolean> connect(boolean purge);

    /** Subscribes; completes with the filters that the broker refused, and why. */
    CompletionStage<Map<TopicFilter, String>> subscribe(Map<TopicFilter, Integer> filters);

    /** Unsubscribes; also from filters that the session does not have. */
    CompletionStage<Void> unsubscribe(Collection<TopicFilter> filters);

    /** Whether a disconnect can end the session. MQTT 3.1.1 ends it only by the connect that purges it. */
    boolean endsSessions();

    /** Disconnects and keeps the session, or removes it if {@link #endsSessions} or if the connect was to purge it. */
    CompletionStage<Void> disconnect(boolean endSession);

    /** The broker kept the session, so whatever is not acknowledged comes again on the next connection. */
    void supersede();

    /** Lets go of the messages not handed on yet. Only after the connection ended: before, it would lose them. */
    void cancel();

    /** Ends the connection, also one that is only being made. */
    void abandon();

    /** How many messages were handed on so far, or -1 while one is being handed on or some wait for that. */
    long handedOn();
}
