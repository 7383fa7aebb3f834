package io.fogwhisk.feed;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A device that publishes numbers at QoS 1 at a given rate, many at the same time, and knows which were accepted. */
public final class PacedLoad implements AutoCloseable {

    private static final int UNDER_WAY = 200;
    private static final int SOON_SECONDS = 20;

    private final Mqtt5AsyncClient client;
    private final String topic;
    private final long pauseNanos;
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final Semaphore room = new Semaphore(UNDER_WAY);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private volatile boolean stopped;

    private PacedLoad(int port, String topic, int perSecond) {
        this.topic = topic;
        pauseNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        client = Mqtt5Client.builder().serverHost("127.0.0.1").serverPort(port).buildAsync();
        client.toBlocking().connect();
        thread.execute(this::run);
    }

    public static PacedLoad start(int port, String topic, int perSecond) {
        return new PacedLoad(port, topic, perSecond);
    }

    /** How many the broker accepted so far. */
    public int count() {
        return accepted.size();
    }

    /** Publishes nothing more; returns what the broker accepted. */
    public Set<String> stop() {
        stopped = true;
        thread.shutdown();
        try {
            if (!thread.awaitTermination(SOON_SECONDS, TimeUnit.SECONDS)
                    || !room.tryAcquire(UNDER_WAY, SOON_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the load did not end");
            }
            room.release(UNDER_WAY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Set.copyOf(accepted);
    }

    @Override
    public void close() {
        stop();
        client.toBlocking().disconnect();
    }

    private void run() {
        long start = System.nanoTime();
        for (int number = 0; !stopped; number++) {
            long early = start + number * pauseNanos - System.nanoTime();
            if (early > 0) {
                LockSupport.parkNanos(early);
            }
            room.acquireUninterruptibly();
            String text = Integer.toString(number);
            CompletableFuture<?> unused = client.publishWith()
                    .topic(topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(text.getBytes(StandardCharsets.UTF_8))
                    .send()
                    .whenComplete((done, failure) -> {
                        if (failure == null) {
                            accepted.add(text);
                        }
                        room.release();
                    });
        }
    }
}
