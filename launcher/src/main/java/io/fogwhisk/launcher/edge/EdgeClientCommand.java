package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.KeyValueText;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.edge.client.Arrivals;
import io.fogwhisk.edge.client.CallLog;
import io.fogwhisk.edge.client.CallPlan;
import io.fogwhisk.edge.client.CallbackServer;
import io.fogwhisk.edge.client.GeneratedCalls;
import io.fogwhisk.edge.client.Inputs;
import io.fogwhisk.edge.client.LambdaAccess;
import io.fogwhisk.edge.client.LoadClient;
import io.fogwhisk.edge.client.RequestForm;
import io.fogwhisk.edge.client.TraceCalls;
import io.fogwhisk.edge.client.TraceReader;
import io.fogwhisk.edge.client.UncoordinatedAccess;
import io.fogwhisk.edge.rpc.AnnouncedEndpoint;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.workflow.WorkflowFile;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.command.Interrupt;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Calls lambdas and measures how long they take. */
@Command(
        name = "edge-client",
        description = {
            "Calls a lambda again and again, each thread one call after the other, and measures how long it takes.",
            "Prints for each answer: time, latency (seconds), load (percent), responder, lambda, hops."
        },
        mixinStandardHelpOptions = true)
public final class EdgeClientCommand implements Callable<Integer> {

    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int MAX_THREADS = 10_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--server-endpoints",
            paramLabel = "HOST:PORT",
            split = ",",
            defaultValue = "localhost:6473",
            description = "routers or computers; the first is the primary one at first (default ${DEFAULT-VALUE})")
    private List<String> serverEndpoints = List.of();

    @Option(
            names = "--client-conf",
            paramLabel = "KEY=VALUE",
            defaultValue = "type=grpc, persistence=0.05",
            description = "persistence: how likely another end-point than the primary is asked, too"
                    + " (default ${DEFAULT-VALUE})")
    private String clientConf = "";

    @Option(names = "--lambda", defaultValue = "clambda0", description = "its name (default ${DEFAULT-VALUE})")
    private String lambda = "";

    @Mixin
    private InputOptions input = new InputOptions();

    @Option(
            names = "--output-file",
            paramLabel = "FILE",
            defaultValue = OutputFile.STANDARD,
            description = "where the lines go (default ${DEFAULT-VALUE})")
    private String outputFile = "";

    @Option(names = "--append", description = "add to the file instead of replacing it")
    private boolean append;

    @Option(
            names = "--loss-file",
            paramLabel = "FILE",
            defaultValue = OutputFile.STANDARD,
            description = "with --client-type and --duration: where to write which part of the requests that there were"
                    + " to be was not answered (default ${DEFAULT-VALUE})")
    private String lossFile = "";

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "for how long requests are sent, 0 for ever (default ${DEFAULT-VALUE})")
    private double duration;

    @Option(names = "--max-requests", description = "how many requests each thread sends (default: no end)")
    private long maxRequests = Long.MAX_VALUE;

    @Option(
            names = {"--num-threads", "--num-clients"},
            description = "how many (default 1, 5 with --input-file)")
    private @Nullable Integer numThreads;

    @Option(
            names = "--initial-delay",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "before the first request (default ${DEFAULT-VALUE})")
    private double initialDelay;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "of each call, callback included (default ${DEFAULT-VALUE})")
    private double timeout;

    @Mixin
    private ArrivalOptions arrivals = new ArrivalOptions();

    @Option(
            names = "--input-file",
            paramLabel = "FILE",
            description = "call as its rows say: time lambda server size; /dev/stdin is the standard input")
    private @Nullable Path inputFile;

    @Option(names = "--dry", description = "have the lambda estimated only; the latency is the estimate")
    private boolean dry;

    @Option(names = "--seed", defaultValue = "0", description = "of all that is random (default ${DEFAULT-VALUE})")
    private long seed;

    @Mixin
    private WorkflowOptions workflow = new WorkflowOptions();

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        PrintWriter out = spec.commandLine().getOut();
        Optional<String> template = workflow.template();
        if (template.isPresent()) {
            out.print(template.get());
            out.flush();
            return 0;
        }
        int threads = threads();
        try (Interrupt interrupt = new Interrupt();
                Writer lines = OutputFile.open("--output-file", outputFile, append, out);
                CallLog log = new CallLog(lines, message -> {
                    err.println(message);
                    err.flush();
                });
                ServiceGroup services = new ServiceGroup(spec.name())) {
            LoadClient client = services.start(client(services, threads, log));
            boolean done = false;
            while (!done && !interrupt.isAsked()) {
                done = client.await(LOOK);
            }
            client.close();
            err.println(spec.name() + ": " + log.summary());
            err.flush();
            client.failure().ifPresent(failure -> {
                throw failure;
            });
            if (arrivals.inBatches() && duration > 0) {
                writeLoss(log, threads, out);
            }
            return log.answered() == 0 && log.failed() > 0 ? 1 : 0;
        }
    }

    private int threads() {
        int threads = numThreads != null ? numThreads : inputFile == null ? 1 : 5;
        if (threads < 1 || threads > MAX_THREADS) {
            throw new ConfigException(List.of("--num-threads must be 1 to " + MAX_THREADS + ", was " + threads));
        }
        workflow.check(threads);
        return threads;
    }

    private LoadClient client(ServiceGroup services, int threads, CallLog log) {
        try {
            List<CallPlan> plans = inputFile == null ? generated(services, threads) : traced(services, threads);
            return new LoadClient(
                    spec.name(),
                    plans,
                    Seconds.within("--initial-delay", initialDelay, 0, Integer.MAX_VALUE),
                    Seconds.within("--timeout", timeout, 0, Integer.MAX_VALUE),
                    log);
        } catch (EdgeException e) {
            throw new ConfigException(List.of(spec.name() + ": " + e.getMessage()));
        }
    }

    private List<CallPlan> generated(ServiceGroup services, int threads) {
        KeyValueText conf = KeyValueText.parse("--client-conf", clientConf);
        if (!conf.text("type", "grpc").equals("grpc")) {
            conf.fault("type", "must be grpc");
        }
        double persistence = conf.number("persistence", 0.05, 0);
        conf.check();
        Inputs inputs = input.inputs();
        Optional<WorkflowFile> file = workflow.file();
        List<CallPlan> plans = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            SplittableRandom random = random(i);
            Arrivals times = arrivals.open(random.split());
            // A transport each, so that threads do not share a connection.
            EdgeTransport own = services.own(transport.open(spec.name() + "-" + i));
            LambdaAccess access =
                    new UncoordinatedAccess(new EdgeClient(own), serverEndpoints, persistence, random.split());
            RequestForm form = workflow.form(file, lambda, dry, serverEndpoints.get(0), services, own);
            Optional<CallbackServer> callbacks = workflow.callbacks(services, own);
            if (callbacks.isPresent()) {
                form = form.callback(
                        AnnouncedEndpoint.of(callbacks.get().endpoint(), Optional.empty(), serverEndpoints.get(0)));
                access = callbacks.get().over(access);
            }
            plans.add(new GeneratedCalls(
                    form, inputs, times, new GeneratedCalls.Limits(maxRequests, duration), access, random.split()));
        }
        return plans;
    }

    private List<CallPlan> traced(ServiceGroup services, int threads) {
        Path file = inputFile == null ? Path.of("") : inputFile;
        TraceReader trace = services.own(new TraceReader(file.toString(), open(file)));
        List<CallPlan> plans = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            EdgeTransport own = services.own(transport.open(spec.name() + "-" + i));
            plans.add(new TraceCalls(trace, new EdgeClient(own), random(i)));
        }
        return plans;
    }

    private static Reader open(Path file) {
        try {
            return file.equals(Path.of("/dev/stdin"))
                    ? new InputStreamReader(System.in, StandardCharsets.UTF_8)
                    : Files.newBufferedReader(file);
        } catch (IOException e) {
            throw new LauncherException("cannot read --input-file " + file + ": " + e, e);
        }
    }

    private SplittableRandom random(int thread) {
        return new SplittableRandom(seed * MAX_THREADS + thread);
    }

    /** As many clients on virtual time, whose answers come at once, say how many requests there were to be. */
    private void writeLoss(CallLog log, int threads, PrintWriter out) throws IOException {
        long expected = 0;
        for (int i = 0; i < threads; i++) {
            expected += Arrivals.count(arrivals.open(random(i).split()), duration);
        }
        double loss = expected == 0 ? 0 : Math.max(0, 1 - (double) log.answered() / expected);
        try (Writer file = OutputFile.open("--loss-file", lossFile, false, out)) {
            file.write(String.format(Locale.ROOT, "%.6f%n", loss));
        }
    }
}
