package io.fogwhisk.bench;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** MQTT connections that publish at a fixed rate, without waiting for answers. */
final class Publishers implements AutoCloseable {

    private static final long FIRST_DEVICE = 4_711_000_000L;

    private final TargetSite target;
    private final List<Mqtt5AsyncClient> clients = new ArrayList<>();
    private final Outstanding outstanding;
    private final Histogram latency;
    private final LongAdder published = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile long measuredFrom;
    private volatile long measuredUntil;

    Publishers(TargetSite target, int connections, Outstanding outstanding, Histogram latency) {
        this.target = target;
        this.outstanding = outstanding;
        this.latency = latency;
        for (int i = 0; i < connections; i++) {
            clients.add(Mqtt5Client.builder()
                    .identifier("bench-" + i)
                    .serverHost(target.mqttHost)
                    .serverPort(target.mqttPort)
                    .automaticReconnectWithDefaultConfig()
                    .buildAsync());
        }
    }

    void connect() {
        try {
            CompletableFuture.allOf(clients.stream()
                            .map(client -> client.connectWith().send())
                            .toArray(CompletableFuture[]::new))
                    .get(20, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new BenchException(
                    "cannot connect to mqtt://" + target.mqttHost + ":" + target.mqttPort + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    /** Publishes for {@code before + measured}; only what was due in the second part is measured. */
    void publish(double rate, int devices, int datacenterId, Duration before, Duration measured) {
        long start = System.nanoTime();
        double step = 1e9 / rate;
        long total = (long) ((before.toNanos() + measured.toNanos()) / step);
        long[] lastTimestamps = new long[devices];
        for (long count = 0; count < total; count++) {
            long due = start + (long) (count * step);
            long wait;
            while ((wait = due - System.nanoTime()) > 0) {
                LockSupport.parkNanos(wait);
            }
            int device = (int) (count % devices);
            long timestamp = Math.max(System.currentTimeMillis(), lastTimestamps[device] + 1);
            lastTimestamps[device] = timestamp;
            boolean counts = due - start >= before.toNanos();
            if (counts && measuredFrom == 0) {
                measuredFrom = timestamp;
            }
            send(FIRST_DEVICE + device, timestamp, due, counts);
        }
        measuredUntil = System.currentTimeMillis() + 1;
    }

    /** The moment of the first reading that was measured, in epoch milliseconds; 0 before it. */
    long measuredFrom() {
        return measuredFrom;
    }

    /** The moment when all were published, in epoch milliseconds; 0 before it. */
    long measuredUntil() {
        return measuredUntil;
    }

    private void send(long device, long timestamp, long due, boolean measured) {
        outstanding.published(device, timestamp, measured ? due : 0);
        published.increment();
        var unused = clients.get((int) (device % clients.size()))
                .publishWith()
                .topic(target.topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(StreetLoad.payload(device, timestamp))
                .send()
                .whenComplete((result, failure) -> {
                    if (failure != null || result.getError().isPresent()) {
                        refused.increment();
                        outstanding.seen(device, timestamp);
                    } else {
                        acknowledged.increment();
                        if (measured) {
                            record(System.nanoTime() - due);
                        }
                    }
                });
    }

    private synchronized void record(long nanos) {
        latency.recordValue(TimeUnit.NANOSECONDS.toMicros(nanos));
    }

    long published() {
        return published.sum();
    }

    long acknowledged() {
        return acknowledged.sum();
    }

    long refused() {
        return refused.sum();
    }

    @Override
    public void close() {
        clients.stream().filter(client -> client.getState().isConnected()).forEach(client -> {
            var unused = client.disconnect();
        });
    }
}
