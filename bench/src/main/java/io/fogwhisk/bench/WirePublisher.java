package io.fogwhisk.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A sensor gateway that publishes readings with QoS 1 over one connection, as cheaply as the JVM can: it shares two cores
 * with what it loads. MQTT 3.1.1 by hand: CONNECT, PUBLISH and PUBACK are all that it needs.
 *
 * <p>Threads: {@link #publish} runs on the caller's; one of its own reads the acknowledgements.
 */
final class WirePublisher implements AutoCloseable {

    private static final long FIRST_DEVICE = 4_711_000_000L;
    private static final int BUFFER = 256 * 1024;
    /** Packet ids are 16 bits; one in two is free when this many are not acknowledged. */
    private static final int WINDOW = 30_000;

    private static final int CONNACK_BYTES = 4;
    private static final int PUBACK_BYTES = 4;
    private static final int PUBLISH_QOS_1 = 0x32;
    private static final long TICK_NANOS = 1_000_000;

    private final SocketChannel channel;
    private final byte[] topic;
    private final Thread reader;
    private final Semaphore window = new Semaphore(WINDOW);
    private final AtomicLong acknowledged = new AtomicLong();
    private final long[] lastTimes;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
    private volatile @Nullable IOException failure;
    private long published;

    /**
     * Connects to a broker on this machine.
     *
     * @param devices the sensors that measure, in turn
     */
    WirePublisher(int port, String topic, String clientId, int devices) {
        this.lastTimes = new long[devices];
        this.topic = topic.getBytes(StandardCharsets.UTF_8);
        try {
            channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connect(clientId);
        } catch (IOException e) {
            throw new BenchException("cannot connect to the broker on port " + port + ": " + e.getMessage(), e);
        }
        reader = new Thread(this::read, "bench-pubacks");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Publishes.
     *
     * @param rate messages per second; zero for as many as the broker acknowledges
     */
    void publish(double rate, Duration length) {
        long start = System.nanoTime();
        long end = start + length.toNanos();
        long before = published;
        for (long now = start; now < end; now = System.nanoTime()) {
            long due = rate > 0 ? before + (long) ((now - start) * rate / 1e9) : Long.MAX_VALUE;
            if (published >= due) {
                flush();
                LockSupport.parkNanos(TICK_NANOS);
            } else {
                send();
            }
        }
        flush();
    }

    /** Publishes so many as fast as the broker acknowledges. */
    void publish(long count) {
        for (long i = 0; i < count; i++) {
            send();
        }
        flush();
    }

    /** Waits until everything is acknowledged. */
    void await(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (acknowledged.get() < published) {
            check();
            if (System.nanoTime() > end) {
                throw new BenchException("the broker acknowledged " + acknowledged + " of " + published + " messages");
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    long published() {
        return published;
    }

    @Override
    public void close() {
        try {
            channel.close();
            reader.join(1_000);
        } catch (IOException e) {
            throw new BenchException("cannot close the connection: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send() {
        if (!window.tryAcquire()) {
            flush();
            acquire();
        }
        int device = (int) (published % lastTimes.length);
        // No two readings of a device have the same time, or one would replace the other in the database.
        lastTimes[device] = Math.max(System.currentTimeMillis(), lastTimes[device] + 1);
        byte[] payload = StreetLoad.payload(FIRST_DEVICE + device, lastTimes[device]);
        int length = 2 + topic.length + 2 + payload.length;
        if (out.remaining() < length + 5) {
            flush();
        }
        out.put((byte) PUBLISH_QOS_1);
        putLength(length);
        out.putShort((short) topic.length).put(topic);
        out.putShort((short) (1 + published % 0xFFFF)).put(payload);
        published++;
    }

    private void acquire() {
        try {
            while (!window.tryAcquire(1, TimeUnit.SECONDS)) {
                check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    private void putLength(int length) {
        int rest = length;
        while (rest >= 0x80) {
            out.put((byte) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private void flush() {
        check();
        out.flip();
        try {
            while (out.hasRemaining()) {
                channel.write(out);
            }
        } catch (IOException e) {
            throw new BenchException("cannot publish: " + e.getMessage(), e);
        }
        out.clear();
    }

    private void check() {
        IOException seen = failure;
        if (seen != null) {
            throw new BenchException("the broker hung up: " + seen.getMessage(), seen);
        }
    }

    private void connect(String clientId) throws IOException {
        byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
        byte[] protocol = "MQTT".getBytes(StandardCharsets.UTF_8);
        out.put((byte) 0x10);
        putLength(10 + 2 + id.length);
        out.putShort((short) protocol.length).put(protocol);
        // Level 4 is 3.1.1; a clean session; no keep-alive.
        out.put((byte) 4).put((byte) 2).putShort((short) 0);
        out.putShort((short) id.length).put(id);
        flush();
        ByteBuffer answer = ByteBuffer.allocate(CONNACK_BYTES);
        readFully(answer);
        if (answer.get(3) != 0) {
            throw new IOException("the broker refused with code " + answer.get(3));
        }
    }

    private void readFully(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("connection closed");
            }
        }
    }

    /** Nothing but acknowledgements comes, four bytes each. */
    private void read() {
        ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
        long bytes = 0;
        try {
            while (true) {
                in.clear();
                int count = channel.read(in);
                if (count < 0) {
                    throw new EOFException("connection closed");
                }
                bytes += count;
                int fresh = (int) (bytes / PUBACK_BYTES - acknowledged.get());
                acknowledged.addAndGet(fresh);
                window.release(fresh);
            }
        } catch (IOException e) {
            failure = e;
        }
    }
}
