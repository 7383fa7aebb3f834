package io.fogwhisk.bench;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.influx.LeanInflux;
import io.fogwhisk.influx.LeanInfluxConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The InfluxDB alone, in a process of its own that has the options of this one. */
final class LoneInflux implements AutoCloseable {

    static final String ORG = "influxdata";
    static final String BUCKET = "bench";
    static final String TOKEN = "bench";

    private static final String READY = "listening at ";

    private final Process process;
    private final URI url;

    /**
     * Starts it.
     *
     * @param javaOptions further options of the JVM, such as {@code -Xmx128m}; may be empty
     */
    LoneInflux(Path folder, String javaOptions) {
        this(folder, 0, javaOptions);
    }

    /** Starts it at a port, 0 for any. */
    LoneInflux(Path folder, int port, String javaOptions) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        if (!javaOptions.isBlank()) {
            command.addAll(Arrays.asList(javaOptions.trim().split("\\s+", -1)));
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                LoneInflux.class.getName(),
                folder.toString(),
                Integer.toString(port)));
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            String line = out.readLine();
            while (line != null && !line.startsWith(READY)) {
                line = out.readLine();
            }
            if (line == null) {
                throw new BenchException("the InfluxDB ended before it listened");
            }
            url = URI.create(line.substring(READY.length()));
        } catch (IOException e) {
            throw new BenchException("cannot start a JVM: " + e.getMessage(), e);
        }
    }

    /** Where it listens. */
    URI url() {
        return url;
    }

    /** Its process. */
    Process process() {
        return process;
    }

    /** Ends it. */
    @Override
    public void close() {
        RoleProcesses.end(process);
    }

    /** The process itself: serves the folder that is named, at the port that is named, until it is ended. */
    public static void main(String[] arguments) throws InterruptedException {
        HttpHost http = new HttpHost();
        LeanInflux influx = new LeanInflux(
                new LeanInfluxConfig(
                        "127.0.0.1",
                        Integer.parseInt(arguments[1]),
                        Path.of(arguments[0]),
                        ORG,
                        List.of(BUCKET),
                        TOKEN,
                        Duration.ofMillis(2)),
                http,
                new Metrics(new SimpleMeterRegistry(), "bench"));
        http.start();
        influx.start();
        System.out.println(READY + influx.url());
        Thread.currentThread().join();
    }
}
