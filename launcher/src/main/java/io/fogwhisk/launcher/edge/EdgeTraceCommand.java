package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.edge.client.TraceGenerator;
import io.fogwhisk.edge.client.TraceRow;
import io.fogwhisk.edge.rpc.EdgeException;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a trace for {@code edge-client --input-file}. */
@Command(
        name = "edge-trace",
        description = "Makes a trace of clients that call a lambda at random, for edge-client --input-file.",
        mixinStandardHelpOptions = true)
public final class EdgeTraceCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--server-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:6473",
            description = "whom the clients call (default ${DEFAULT-VALUE})")
    private String serverEndpoint = "";

    @Option(names = "--lambda", defaultValue = "clambda0", description = "its name (default ${DEFAULT-VALUE})")
    private String lambda = "";

    @Option(
            names = "--min-size",
            paramLabel = "BYTES",
            defaultValue = "100",
            description = "smallest input (default ${DEFAULT-VALUE})")
    private int minSize;

    @Option(
            names = "--max-size",
            paramLabel = "BYTES",
            defaultValue = "500",
            description = "largest input (default ${DEFAULT-VALUE})")
    private int maxSize;

    @Option(
            names = "--rate",
            paramLabel = "PER_SECOND",
            defaultValue = "1",
            description = "mean calls of each client (default ${DEFAULT-VALUE})")
    private double rate;

    @Option(names = "--num-clients", defaultValue = "5", description = "how many (default ${DEFAULT-VALUE})")
    private int numClients;

    @Option(
            names = "--starting-time",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "when the first may call (default ${DEFAULT-VALUE})")
    private double startingTime;

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "for how long they call (default ${DEFAULT-VALUE})")
    private double duration;

    @Option(
            names = "--output-file",
            paramLabel = "FILE",
            defaultValue = OutputFile.STANDARD,
            description = "where to write the trace (default ${DEFAULT-VALUE})")
    private String outputFile = "";

    @Option(names = "--append", description = "add to the file instead of replacing it")
    private boolean append;

    @Option(
            names = "--seed",
            defaultValue = "0",
            description = "the same one gives the same trace (default ${DEFAULT-VALUE})")
    private long seed;

    @Override
    public Integer call() throws IOException {
        TraceGenerator trace = generator();
        try (Writer out = OutputFile.open(
                "--output-file", outputFile, append, spec.commandLine().getOut())) {
            for (Optional<TraceRow> row = trace.next(); row.isPresent(); row = trace.next()) {
                out.append(row.get().toString()).append('\n');
            }
        }
        return 0;
    }

    private TraceGenerator generator() {
        try {
            return new TraceGenerator(
                    new TraceGenerator.Spec(
                            serverEndpoint, lambda, minSize, maxSize, rate, numClients, startingTime, duration),
                    seed);
        } catch (EdgeException e) {
            throw new ConfigException(List.of("edge-trace: " + e.getMessage()));
        }
    }
}
