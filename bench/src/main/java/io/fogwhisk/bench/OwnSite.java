package io.fogwhisk.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.client.WskEntities;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A site as a process of its own, started as a user starts it, on free ports, with an MQTT broker beside it. */
final class OwnSite implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String PACKAGE = "bench";
    private static final String TRIGGER = "benchReading";

    private final Path script;
    private final Path folder;
    private final String javaOptions;
    private final int broker;
    private final int dashboard = port();
    private final int openwhisk = port();
    private final int influx = port();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final Path config;
    private Process process;
    private String token = "";

    /**
     * Starts it.
     *
     * @param javaOptions such as {@code -Xmx256m}
     * @param broker the port of the broker on this machine
     */
    OwnSite(Path script, Path folder, String javaOptions, int broker) {
        this.script = script.toAbsolutePath();
        this.folder = folder;
        this.javaOptions = javaOptions;
        this.broker = broker;
        try {
            config = Files.writeString(folder.resolve("site.yaml"), """
                    site: {data: %s}
                    mqtt: {url: "mqtt://127.0.0.1:%d"}
                    openwhisk: {port: %d}
                    influx: {port: %d}
                    feeds: {port: %d}
                    edge: {controller-port: %d, router-port: %d, table-port: %d, computer-port: %d}
                    wskproxy: {port: %d}
                    dashboard: {port: %d}
                    sample: {install: false}
                    limits: {fires-in-flight: 300}
                    """.formatted(
                            folder.resolve("data"),
                            broker,
                            openwhisk,
                            influx,
                            port(),
                            port(),
                            port(),
                            port(),
                            port(),
                            port(),
                            dashboard));
        } catch (IOException e) {
            throw new BenchException("cannot write to " + folder + ": " + e.getMessage(), e);
        }
        process = launch();
    }

    private static int port() {
        return Integer.parseInt(RoleProcesses.freeEndpoint().replaceFirst(".*:", ""));
    }

    private Process launch() {
        ProcessBuilder builder = new ProcessBuilder(script.toString(), "up", "--config", config.toString())
                .redirectError(folder.resolve("site.log").toFile());
        builder.environment().put("FOGWHISK_JAVA_OPTS", javaOptions);
        try {
            Process started = builder.start();
            BufferedReader lines = started.inputReader(StandardCharsets.UTF_8);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("influx token: ")) {
                    token = line.substring("influx token: ".length());
                }
                if (line.contains("is up after")) {
                    return started;
                }
            }
        } catch (IOException e) {
            throw new BenchException("cannot run " + script + ": " + e.getMessage(), e);
        }
        throw new BenchException("the site ended before it was up; see " + folder.resolve("site.log"));
    }

    /** Has the messages of a topic stored as readings; {@code params} are those of the feed, beside url and topic. */
    void subscribe(String topic, ObjectNode params) {
        params.put("url", "mqtt://127.0.0.1:" + broker).put("topic", topic);
        try (WskEntities whisk = new WskEntities("http://127.0.0.1:" + openwhisk, AuthKey.GUEST, LIMIT)) {
            whisk.bindPackage(
                    QualifiedName.of("whisk.system", "aggregator"),
                    PACKAGE,
                    List.of(
                            text("influx_url", "http://127.0.0.1:" + influx),
                            text("influx_token", token),
                            text("influx_org", "influxdata"),
                            text("influx_bucket", "measure")),
                    true);
            QualifiedName feed = QualifiedName.of("whisk.system", "mqtt", "mqtt_feed");
            whisk.putFeedTrigger(TRIGGER, feed, true);
            whisk.putRule(
                    "benchRule",
                    QualifiedName.of("guest", TRIGGER),
                    QualifiedName.of("guest", PACKAGE, "addReadingToDb"),
                    true);
            whisk.subscribe(TRIGGER, feed, JsonObject.adopt(params));
        }
    }

    private static KeyValue text(String key, String value) {
        return new KeyValue(key, JsonNodeFactory.instance.textNode(value));
    }

    /** What the site counted under a name of Prometheus' form since it started; zero if it counted nothing. */
    long counted(String name) {
        Pattern line = Pattern.compile("^" + name + "\\{[^}]*} ([0-9.E+]+)$", Pattern.MULTILINE);
        try {
            String text = http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + dashboard + "/metrics"))
                                    .timeout(LIMIT)
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            Matcher value = line.matcher(text);
            return value.find() ? (long) Double.parseDouble(value.group(1)) : 0;
        } catch (IOException e) {
            throw new BenchException("the site does not answer: " + e + "; see " + folder.resolve("site.log"), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    Process process() {
        return process;
    }

    /** Ends it at once, as a power cut would end it. */
    void kill() {
        process.destroyForcibly();
        await();
    }

    /** Starts it again in its folder. */
    void again() {
        process = launch();
    }

    @Override
    public void close() {
        process.destroy();
        await();
    }

    private void await() {
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
