package io.fogwhisk.feed.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Gives a library the acknowledgements in the order of the messages, as MQTT asks for (5.0, 4.6), whichever is ready
 * first. Holds as many as the broker sends before it waits. Thread-safe.
 */
final class AcknowledgementOrder {

    private final Consumer<PahoMessage> send;
    private final Deque<Entry> open = new ArrayDeque<>();

    /**
     * An order without messages.
     *
     * @param send tells the library; called while no other message is told, and must not wait
     */
    AcknowledgementOrder(Consumer<PahoMessage> send) {
        this.send = send;
    }

    /** A message's place in the order. */
    static final class Entry {
        private final PahoMessage message;
        private boolean done;

        private Entry(PahoMessage message) {
            this.message = message;
        }
    }

    /** The last place. */
    synchronized Entry add(PahoMessage message) {
        Entry entry = new Entry(message);
        open.add(entry);
        return entry;
    }

    /** Tells of a message as soon as all before it were told. */
    synchronized void acknowledge(Entry entry) {
        entry.done = true;
        Entry first = open.peek();
        while (first != null && first.done) {
            open.remove();
            send.accept(first.message);
            first = open.peek();
        }
    }
}
