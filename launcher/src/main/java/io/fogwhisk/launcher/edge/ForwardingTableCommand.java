package io.fogwhisk.launcher.edge;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.edge.client.TableClient;
import io.fogwhisk.edge.rpc.DestinationStatus;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows and changes the tables of a router, ours or a foreign one. */
@Command(
        name = "forwarding-table",
        description = "Shows and changes the forwarding tables of a router.",
        mixinStandardHelpOptions = true)
public final class ForwardingTableCommand implements Callable<Integer> {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final List<String> COLUMNS = List.of(
            "lambda",
            "destination",
            "weight",
            "final",
            "idempotent",
            "in flight",
            "latency",
            "calls",
            "errors",
            "breaker");

    /** What to do with the tables. */
    enum Action {
        dump,
        reset,
        flush,
        change,
        remove
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--server-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:6474",
            description = "the router's table service (default ${DEFAULT-VALUE})")
    private String serverEndpoint = "";

    @Option(
            names = "--action",
            defaultValue = "dump",
            description = "one of ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})")
    private Action action = Action.dump;

    @Option(names = "--dump", description = "short for --action dump")
    private boolean dump;

    @Option(
            names = "--lambda",
            defaultValue = "clambda0",
            description = "to change or remove (default ${DEFAULT-VALUE})")
    private String lambda = "";

    @Option(
            names = "--destination",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:6473",
            description = "to change or remove (default ${DEFAULT-VALUE})")
    private String destination = "";

    @Option(
            names = "--weight",
            defaultValue = "1",
            description = "the expected latency in seconds (default ${DEFAULT-VALUE})")
    private float weight;

    @Option(names = "--final", description = "the destination takes also what another router forwarded")
    private boolean isFinal;

    @Option(names = "--idempotent", description = "the lambda may run twice")
    private boolean idempotent;

    @Option(names = "--json", description = "dump as JSON")
    private boolean json;

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (dump && action != Action.dump) {
            throw new ConfigException(
                    List.of("--dump and --action " + action + " exclude each other: give one of them"));
        }
        if (action == Action.change && !(weight >= 0)) {
            throw new ConfigException(List.of("--weight must be at least 0, was " + weight));
        }
        Listen.parse("--server-endpoint", serverEndpoint);
        if (action == Action.change) {
            Listen.parse("--destination", destination);
        }
        try (EdgeTransport opened = transport.open(spec.name())) {
            TableClient router = new TableClient(opened, serverEndpoint, TIMEOUT);
            switch (action) {
                case dump -> out.print(json ? json(router.tables()) : text(router.tables()));
                case reset -> out.println("reset the weights of " + router.reset() + " destinations");
                case flush -> router.flush();
                case remove -> router.remove(lambda, destination);
                case change ->
                    router.change(new ForwardingEntry(
                            lambda, destination, weight, isFinal, idempotent, DestinationStatus.UNKNOWN));
            }
        }
        out.flush();
        return 0;
    }

    private static String text(List<List<ForwardingEntry>> tables) {
        StringBuilder text = new StringBuilder();
        for (int id = 0; id < tables.size(); id++) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(COLUMNS);
            tables.get(id).forEach(entry -> rows.add(cells(entry)));
            text.append("table ")
                    .append(id)
                    .append(tables.size() == 1 ? "" : id == 0 ? " (overall)" : " (final)")
                    .append(rows.size() == 1 ? ": empty\n" : "\n");
            if (rows.size() > 1) {
                align(rows, text);
            }
        }
        return text.toString();
    }

    private static List<String> cells(ForwardingEntry entry) {
        DestinationStatus status = entry.status();
        boolean told = !status.breaker().isEmpty();
        return List.of(
                entry.lambda(),
                entry.destination(),
                String.format(Locale.ROOT, "%.6f", entry.weight()),
                entry.finalDestination() ? "yes" : "no",
                told || entry.idempotent() ? (entry.idempotent() ? "yes" : "no") : "-",
                told ? Integer.toUnsignedString(status.inFlight()) : "-",
                told && status.calls() != 0 ? String.format(Locale.ROOT, "%.6f", status.latencySeconds()) : "-",
                told ? Long.toUnsignedString(status.calls()) : "-",
                told ? Long.toUnsignedString(status.errors()) : "-",
                told ? status.breaker() : "-");
    }

    private static void align(List<List<String>> rows, StringBuilder text) {
        int[] widths = new int[COLUMNS.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append("  ")
                        .append(row.get(i))
                        .append(" ".repeat(widths[i] - row.get(i).length()));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private static String json(List<List<ForwardingEntry>> tables) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        ArrayNode all = mapper.createArrayNode();
        for (List<ForwardingEntry> table : tables) {
            ArrayNode entries = all.addArray();
            for (ForwardingEntry entry : table) {
                ObjectNode node = entries.addObject()
                        .put("lambda", entry.lambda())
                        .put("destination", entry.destination())
                        .put("weight", entry.weight())
                        .put("final", entry.finalDestination())
                        .put("idempotent", entry.idempotent());
                DestinationStatus status = entry.status();
                if (!status.breaker().isEmpty()) {
                    node.put("inFlight", status.inFlight())
                            .put("latency", status.latencySeconds())
                            .put("calls", status.calls())
                            .put("errors", status.errors())
                            .put("breaker", status.breaker());
                }
            }
        }
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
    }
}
