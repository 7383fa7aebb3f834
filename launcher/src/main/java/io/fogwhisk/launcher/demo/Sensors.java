package io.fogwhisk.launcher.demo;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.launcher.LauncherException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Simulated sensors of one site: each has its own MQTT connection and publishes with QoS 1, at a fixed rate that does
 * not wait for the site (open loop) until {@link #MAX_OUTSTANDING} publishes are unanswered.
 */
public final class Sensors implements Service {

    /** A bound for memory when the site is away; a reading not taken yet is published later with its own timestamp. */
    static final long MAX_OUTSTANDING = 50_000;

    private static final Logger LOG = LoggerFactory.getLogger(Sensors.class);
    private static final long CONNECT_SECONDS = 20;

    private final Plan plan;
    private final Ledger ledger;
    private final List<Mqtt5AsyncClient> clients = new ArrayList<>();
    private final long[] lastTimestamps;
    private final Thread thread;
    private volatile boolean publishing;

    /**
     * What the sensors do.
     *
     * @param site for the names of clients and threads
     * @param datacenterId in every payload
     * @param host of the broker
     * @param port of the broker
     * @param topic to publish to
     * @param sensors how many, at least 1
     * @param rate readings per second of all of them together, more than 0 and at most 1,000 per sensor
     */
    public record Plan(String site, int datacenterId, String host, int port, String topic, int sensors, double rate) {
        /** Checks the ranges. */
        public Plan {
            if (sensors < 1) {
                throw new IllegalArgumentException("sensors must be at least 1, was " + sensors);
            }
            if (!(rate > 0) || rate > 1_000.0 * sensors) {
                throw new IllegalArgumentException("rate must be more than 0 and at most 1000 per sensor ("
                        + 1_000L * sensors + " for " + sensors + " sensors), was " + rate);
            }
        }
    }

    /** Sensors that are not connected yet. */
    public Sensors(Plan plan, Ledger ledger) {
        this.plan = plan;
        this.ledger = ledger;
        this.lastTimestamps = new long[plan.sensors()];
        this.thread = NamedThreads.single(plan.site() + "-sensors").newThread(this::publish);
    }

    /** Connects every sensor, then starts publishing. */
    @Override
    public void start() {
        List<CompletableFuture<?>> connects = new ArrayList<>();
        for (int i = 0; i < plan.sensors(); i++) {
            Mqtt5AsyncClient client = Mqtt5Client.builder()
                    .identifier("sensor-" + plan.site() + "-" + i)
                    .serverHost(plan.host())
                    .serverPort(plan.port())
                    .automaticReconnectWithDefaultConfig()
                    .buildAsync();
            // Nothing is subscribed; this only states that a sensor takes no messages.
            client.publishes(MqttGlobalPublishFilter.UNSOLICITED, publish -> {});
            clients.add(client);
            connects.add(client.connectWith()
                    .cleanStart(false)
                    .sessionExpiryInterval(3_600)
                    .send());
        }
        try {
            CompletableFuture.allOf(connects.toArray(CompletableFuture[]::new)).get(CONNECT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new LauncherException(
                    "the sensors of " + plan.site() + " cannot connect to mqtt://" + plan.host() + ":" + plan.port()
                            + ": " + e,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while the sensors of " + plan.site() + " connected", e);
        }
        publishing = true;
        thread.start();
    }

    /** Publishes no more; what was published is still being acknowledged. */
    public void stopPublishing() {
        publishing = false;
        LockSupport.unpark(thread);
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stopPublishing();
        List<CompletableFuture<?>> disconnects = new ArrayList<>();
        clients.forEach(client -> {
            if (client.getState().isConnected()) {
                disconnects.add(client.disconnect());
            }
        });
        try {
            CompletableFuture.allOf(disconnects.toArray(CompletableFuture[]::new))
                    .get(2, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.atDebug().setCause(e).addKeyValue("site", plan.site()).log("sensors did not disconnect cleanly");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish() {
        long start = System.nanoTime();
        double nanosPerReading = 1e9 / plan.rate();
        long count = 0;
        while (publishing) {
            long due = start + (long) (count * nanosPerReading);
            long wait = due - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(Math.min(wait, 100_000_000));
            } else if (ledger.outstanding() >= MAX_OUTSTANDING) {
                LockSupport.parkNanos(1_000_000);
            } else {
                publishOne((int) (count % plan.sensors()));
                count++;
            }
        }
    }

    private void publishOne(int sensor) {
        long timestamp = Math.max(System.currentTimeMillis(), lastTimestamps[sensor] + 1);
        lastTimestamps[sensor] = timestamp;
        long device = deviceOf(sensor);
        byte[] payload = SensorReading.at(device, timestamp).payload(plan.datacenterId());
        ledger.published();
        var unused = clients.get(sensor)
                .publishWith()
                .topic(plan.topic())
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload)
                .send()
                .whenComplete((result, failure) -> {
                    if (failure == null && result.getError().isEmpty()) {
                        ledger.acknowledged(device, timestamp);
                    } else {
                        ledger.failed();
                    }
                });
    }

    private long deviceOf(int sensor) {
        return plan.datacenterId() * 1_000_000L + sensor;
    }
}
