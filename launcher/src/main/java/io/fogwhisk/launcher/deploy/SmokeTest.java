package io.fogwhisk.launcher.deploy;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.demo.FluxClient;
import io.fogwhisk.launcher.demo.SensorReading;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Uses a site as its users do, through forwarded ports: asks whether it is ready, publishes a reading, and looks for its
 * points in the database. Where nobody declared the pipeline, it stores a point and reads it back instead.
 */
final class SmokeTest {

    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final Duration ARRIVAL = Duration.ofMinutes(2);
    private static final String ORG = "influxdata";

    private final Kubectl kubectl;
    private final Overlay overlay;
    private final boolean piped;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER).build();

    /**
     * A test of one overlay.
     *
     * @param piped whether readings on the topic {@code test} are stored here
     */
    SmokeTest(Kubectl kubectl, Overlay overlay, boolean piped) {
        this.kubectl = kubectl;
        this.overlay = overlay;
        this.piped = piped;
    }

    /**
     * Runs the test.
     *
     * @return what was seen, in a few words
     * @throws LauncherException with what went wrong
     */
    String run() {
        try (Kubectl.Forward dashboard = kubectl.forward(overlay.namespace(), "dashboard", 8080)) {
            HttpResponse<String> ready =
                    send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + dashboard.port() + "/ready")));
            if (ready.statusCode() != 200) {
                throw new LauncherException(
                        "/ready of " + overlay.namespace() + " answers " + ready.statusCode() + ": " + ready.body());
            }
        }
        long device = ThreadLocalRandom.current().nextLong(1_000_000_000L, 2_000_000_000L);
        if (piped) {
            publish(device);
        }
        try (Kubectl.Forward influx = kubectl.forward(overlay.namespace(), "influxdb", 8086)) {
            String url = "http://127.0.0.1:" + influx.port();
            String bucket = overlay.isCentre() ? "aggregates" : "measure";
            if (!piped) {
                store(url, bucket, device);
            }
            int points = await(url, bucket, device);
            return piped ? "a reading became " + points + " points" : "a point was stored and read back";
        }
    }

    private void publish(long device) {
        try (Kubectl.Forward broker = kubectl.forward(overlay.namespace(), "mqtt", 1883)) {
            Mqtt5ClientBuilder builder = Mqtt5Client.builder()
                    .identifier("k8s-verify-" + device)
                    .serverHost("127.0.0.1")
                    .serverPort(broker.port());
            overlay.secrets()
                    .value("MQTT_PASSWORD")
                    .ifPresent(password -> builder.simpleAuth()
                            .username(SecretFiles.BROKER_USER)
                            .password(password.getBytes(StandardCharsets.UTF_8))
                            .applySimpleAuth());
            Mqtt5AsyncClient client = builder.buildAsync();
            try {
                client.connect().get(ANSWER.toSeconds(), TimeUnit.SECONDS);
                client.publishWith()
                        .topic("test")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(SensorReading.at(device, System.currentTimeMillis())
                                .payload(0))
                        .send()
                        .get(ANSWER.toSeconds(), TimeUnit.SECONDS);
                client.disconnect().get(ANSWER.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new LauncherException(
                        "the broker of " + overlay.namespace() + " did not take a reading: " + e, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LauncherException("interrupted while publishing a reading", e);
            }
        }
    }

    private void store(String url, String bucket, long device) {
        HttpResponse<String> answer = send(
                HttpRequest.newBuilder(URI.create(url + "/api/v2/write?precision=ms&org=" + ORG + "&bucket=" + bucket))
                        .header("Authorization", "Token " + token())
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "k8s_verify,device_fingerprint=" + device + " value=1 " + System.currentTimeMillis())));
        if (answer.statusCode() != 204) {
            throw new LauncherException("the InfluxDB of " + overlay.namespace() + " answers " + answer.statusCode()
                    + " to a write: " + answer.body());
        }
    }

    private int await(String url, String bucket, long device) {
        long end = System.nanoTime() + ARRIVAL.toNanos();
        try (FluxClient flux = new FluxClient(url, ORG, token(), bucket)) {
            while (System.nanoTime() < end) {
                AtomicInteger points = new AtomicInteger();
                flux.rowsSince(
                        System.currentTimeMillis() - TimeUnit.HOURS.toMillis(1),
                        "|> filter(fn: (r) => r.device_fingerprint == \"" + device + "\")",
                        row -> points.incrementAndGet());
                if (points.get() > 0) {
                    return points.get();
                }
                TimeUnit.MILLISECONDS.sleep(500);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while waiting for points", e);
        }
        throw new LauncherException("no point of the reading is in the InfluxDB of " + overlay.namespace() + " after "
                + ARRIVAL.toSeconds() + " s");
    }

    private String token() {
        return overlay.secrets().value(SecretFiles.INFLUX_TOKEN).orElse("");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        HttpRequest built = request.timeout(ANSWER).build();
        try {
            return http.send(built, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new LauncherException(
                    built.uri().getPath() + " of " + overlay.namespace() + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException(
                    "interrupted while asking " + built.uri().getPath(), e);
        }
    }
}
