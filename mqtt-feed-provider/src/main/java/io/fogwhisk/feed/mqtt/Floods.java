package io.fogwhisk.feed.mqtt;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long the thread that reads from the network may wait for one message when connections bring more than is taken.
 * That thread reads up to a mebibyte of small messages from one connection before it turns to the others, and to the
 * pings and acknowledgements that are to be sent. If each message made it wait for the same time, a broker would hear
 * nothing for longer than the keep-alive allows, end the connection, and send everything again, for ever. So a message
 * may take time in proportion to its size, and all connections that bring too much share that time. They share the
 * memory in the same way: a connection may have as much as is left of it, or its share if others had it all.
 * Thread-safe.
 */
final class Floods {

    // Netty reads 16 times, up to 64 KiB each.
    private static final long TURN_BYTES = 16L * 64 * 1024;
    // A broker waits for one keep-alive and a half, of which the client spends one in silence before it sends a ping.
    private static final int SHARE = 4;
    // Of a large message only the end comes in a turn, with others.
    private static final long MAX_BYTES = TURN_BYTES / 4;
    private static final int USUAL_SECONDS = 30;
    private static final int FRAME_BYTES = 4;
    // What a message takes beside its payload and its topic, at least.
    private static final int OBJECT_BYTES = 64;
    // The library has every message, too, and the heap is for other things as well.
    private static final int HEAP_SHARE = 16;

    private final AtomicInteger flooded = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final long most;

    /**
     * No floods.
     *
     * @param most how many bytes of messages may wait, of all connections together
     */
    Floods(long most) {
        this.most = most;
    }

    /** How many bytes of messages may wait, and how many may be under way, in a heap as large as this process's. */
    static long bytesForHeap() {
        return Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    }

    /** What a message counts for. */
    static long weight(MqttMessage message) {
        return OBJECT_BYTES + message.payload().length + (long) message.topic().length();
    }

    /**
     * Takes room for a message that is to wait; false if there is none. One message per connection always finds room.
     *
     * @param own how many bytes of the connection wait already
     */
    boolean reserve(long own, long weight) {
        long all = bytes.addAndGet(weight);
        if (all <= most || own == 0 || own + weight <= most / Math.max(1, flooded.get())) {
            return true;
        }
        free(weight);
        return false;
    }

    /** The message does not wait any more. */
    void free(long weight) {
        bytes.addAndGet(-weight);
    }

    /** A connection begins to bring too much. */
    void begin() {
        flooded.incrementAndGet();
    }

    /** It does no more. */
    void end() {
        flooded.decrementAndGet();
    }

    /**
     * The longest wait for a message.
     *
     * @param keepAliveSeconds of its connection; zero for none
     */
    long patienceNanos(MqttMessage message, int keepAliveSeconds) {
        long turn = TimeUnit.SECONDS.toNanos(keepAliveSeconds == 0 ? USUAL_SECONDS : keepAliveSeconds) / SHARE;
        long bytes = message.payload().length + (long) message.topic().length() + FRAME_BYTES;
        return turn / TURN_BYTES * Math.min(bytes, MAX_BYTES) / Math.max(1, flooded.get());
    }
}
