package io.fogwhisk.bench;

import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.edge.client.TableClient;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts an edge domain, each role a process of its own, and calls a lambda through it. */
@Command(
        name = "edge",
        description = "Calls a lambda through an edge domain of separate processes on this machine.",
        mixinStandardHelpOptions = true)
final class EdgeLoad implements Callable<Integer> {

    private static final String LAMBDA = "/guest/noop";
    private static final int COMPUTERS = 2;
    private static final Duration ROUTES_LIMIT = Duration.ofSeconds(30);
    /** What the callers call. */
    enum Via {
        COMPUTER,
        ROUTER,
        DISPATCHER,
        PROXY
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--script", defaultValue = "./fogwhisk", description = "default ${DEFAULT-VALUE}")
    private Path script = Path.of("");

    @Option(
            names = "--via",
            defaultValue = "ROUTER",
            description = "what is called and measured: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})")
    private Via via = Via.ROUTER;

    @Option(
            names = "--conf",
            description = "the router's --table-conf, or the dispatcher's --ptimeest-conf; their defaults if not given")
    private String conf = "";

    @Option(
            names = "--lambda-millis",
            defaultValue = "0",
            description = "how long the lambda takes (default ${DEFAULT-VALUE})")
    private int lambdaMillis;

    @Option(names = "--bytes", defaultValue = "100", description = "of its input (default ${DEFAULT-VALUE})")
    private int bytes;

    @Option(
            names = "--concurrency",
            split = ",",
            defaultValue = "1,32",
            description = "callers, each with its own connection, one run for each number (default ${DEFAULT-VALUE})")
    private List<Integer> concurrency = List.of();

    @Option(names = "--for", defaultValue = "10s", description = "of each run (default ${DEFAULT-VALUE})")
    private String length = "";

    @Option(names = "--warm-up", defaultValue = "20s", description = "before each (default ${DEFAULT-VALUE})")
    private String warmUp = "";

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("fogwhisk-bench-edge-");
        try (RoleProcesses roles = new RoleProcesses(script)) {
            String controller = RoleProcesses.freeEndpoint();
            roles.start("edge-controller", "--server-endpoint", controller);
            Path file = Files.writeString(folder.resolve("computer.json"), computer());
            String first = RoleProcesses.freeEndpoint();
            Process measured = computer(roles, controller, first, file);
            computer(roles, controller, RoleProcesses.freeEndpoint(), file);
            String target = first;
            if (via != Via.COMPUTER) {
                target = RoleProcesses.freeEndpoint();
                String tables = RoleProcesses.freeEndpoint();
                measured = router(roles, controller, target, tables);
                awaitRoutes(tables);
            }
            if (via == Via.PROXY) {
                String router = target;
                target = RoleProcesses.freeEndpoint();
                measured = proxy(roles, router, target, folder);
            }
            return measure(target, measured) ? 0 : 1;
        }
    }

    /** Its cores are more than the callers, so that a lambda takes its time whoever else runs. */
    private String computer() {
        return """
                {
                  "version": "1.0",
                  "processors": [
                    {"name": "cpu", "type": "GenericCpu", "speed": 1e9, "cores": 1024, "memory": 8e9}
                  ],
                  "containers": [
                    {
                      "name": "noop", "processor": "cpu", "num-workers": 1024,
                      "lambda": {
                        "name": "%s", "requirements": "proportional", "output-type": "copy-input",
                        "op-coeff": 0, "op-offset": %d, "mem-coeff": 0, "mem-offset": 0
                      }
                    }
                  ]
                }
                """.formatted(LAMBDA, lambdaMillis * 1_000_000L);
    }

    private static Process computer(RoleProcesses roles, String controller, String endpoint, Path file) {
        return roles.start(
                "edge-computer",
                "--server-endpoint",
                endpoint,
                "--controller-endpoint",
                controller,
                "--utilization-endpoint",
                "",
                "--conf",
                "type=file,path=" + file);
    }

    private Process router(RoleProcesses roles, String controller, String endpoint, String tables) {
        boolean dispatcher = via == Via.DISPATCHER;
        String[] common = {
            dispatcher ? "edge-dispatcher" : "edge-router",
            "--server-endpoint",
            endpoint,
            "--configuration-endpoint",
            tables,
            "--controller-endpoint",
            controller,
            dispatcher ? "--ptimeest-conf" : "--table-conf",
            conf.isEmpty() ? dispatcher ? "type=rtt" : "type=power-of-two" : conf
        };
        return roles.start(common);
    }

    private static Process proxy(RoleProcesses roles, String router, String endpoint, Path folder) throws IOException {
        String key = AuthKey.GUEST.reveal();
        Path credentials = Files.createFile(
                folder.resolve("credentials"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(credentials, key + " guest " + key + "\n");
        return roles.start(
                "wskproxy",
                "--wsk-api-root",
                "http://" + endpoint,
                "--server-endpoint",
                router,
                "--wsk-credentials",
                credentials.toString());
    }

    /** Waits until the router knows both computers. */
    private static void awaitRoutes(String tables) {
        long end = System.nanoTime() + ROUTES_LIMIT.toNanos();
        try (EdgeTransport transport = new EdgeTransport("bench-tables")) {
            TableClient client = new TableClient(transport, tables, ROUTES_LIMIT);
            while (client.tables().get(0).size() < COMPUTERS) {
                if (System.nanoTime() > end) {
                    throw new BenchException(
                            "the router did not learn of the computers within " + ROUTES_LIMIT.toSeconds() + " s");
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private boolean measure(String target, Process measured) {
        boolean well = true;
        for (int callers : concurrency) {
            run(target, callers, ConfigNode.parseDuration(warmUp));
            Duration before = RoleProcesses.cpu(measured);
            HttpCallers.Result result = run(target, callers, ConfigNode.parseDuration(length));
            Duration used = RoleProcesses.cpu(measured).minus(before);
            well &= result.unexpected() == 0;
            report(callers, result, used, measured);
        }
        return well;
    }

    private HttpCallers.Result run(String target, int callers, Duration time) {
        String payload = "x".repeat(bytes);
        if (via == Via.PROXY) {
            URI api = URI.create("http://" + target);
            byte[] request = HttpLine.request(
                    "POST",
                    api,
                    "/api/v1/namespaces/guest/actions/noop?blocking=true&result=true",
                    AuthKey.GUEST.basicHeader(),
                    "{\"payload\":\"" + payload + "\"}");
            return HttpCallers.run(api, callers, time, 200, () -> request);
        }
        try (EdgeCallers edge = new EdgeCallers(target, callers, LambdaCall.of(LAMBDA, payload))) {
            return edge.run(time);
        }
    }

    private void report(int callers, HttpCallers.Result result, Duration used, Process measured) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%s, %d callers: %.0f calls/s, p50 %.2f ms, p99 %.2f ms, CPU %.0f us/call, resident %s%s%n",
                via.name().toLowerCase(Locale.ROOT),
                callers,
                result.perSecond(),
                result.latency().getValueAtPercentile(50) / 1e3,
                result.latency().getValueAtPercentile(99) / 1e3,
                used.toNanos() / 1e3 / Math.max(1, result.latency().getTotalCount() + result.unexpected()),
                ResidentMemory.text(ResidentMemory.of(measured.pid())),
                result.complaint());
        out.flush();
    }
}
