package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.edge.processor.UtilizationClient;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.command.Interrupt;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints how busy a computer is until it ends or this is told to stop. */
@Command(
        name = "edge-util",
        description = "Prints the utilisation of an edge computer, once a second: time in seconds, processor, 0 to 1.",
        mixinStandardHelpOptions = true)
public final class EdgeUtilCommand implements Callable<Integer> {

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final String STANDARD_OUTPUT = "/dev/stdout";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--server-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:6476",
            description = "the utilisation stream of the computer (default ${DEFAULT-VALUE})")
    private String serverEndpoint = "";

    @Option(
            names = "--output-file",
            paramLabel = "FILE",
            defaultValue = STANDARD_OUTPUT,
            description = "where to write (default ${DEFAULT-VALUE})")
    private String outputFile = "";

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Override
    public Integer call() {
        boolean standard = outputFile.equals(STANDARD_OUTPUT);
        PrintWriter out = standard ? spec.commandLine().getOut() : open(Path.of(outputFile));
        long startedAt = System.nanoTime();
        try (Interrupt interrupt = new Interrupt();
                EdgeTransport opened = transport.open(spec.name());
                UtilizationClient client = new UtilizationClient(
                        opened, serverEndpoint, values -> print(out, (System.nanoTime() - startedAt) / 1e9, values))) {
            CompletableFuture<String> end = client.end().toCompletableFuture();
            while (!end.isDone() && !interrupt.await(LOOK)) {
                out.flush();
            }
            String fault = end.getNow("");
            if (!fault.isEmpty()) {
                throw new LauncherException("no utilisation from " + serverEndpoint + ": " + fault);
            }
            return 0;
        } catch (EdgeException e) {
            throw new ConfigException(List.of("--server-endpoint: " + e.getMessage()));
        } finally {
            out.flush();
            if (!standard) {
                out.close();
            }
        }
    }

    private static PrintWriter open(Path file) {
        try {
            return new PrintWriter(Files.newBufferedWriter(file));
        } catch (IOException e) {
            throw new LauncherException("--output-file: cannot write " + file + ": " + e, e);
        }
    }

    private static void print(PrintWriter out, double seconds, Map<String, Float> values) {
        new TreeMap<>(values)
                .forEach((processor, value) -> out.printf(Locale.ROOT, "%.6f %s %.6f%n", seconds, processor, value));
        out.flush();
    }
}
