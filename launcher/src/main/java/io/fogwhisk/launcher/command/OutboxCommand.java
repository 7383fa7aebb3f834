package io.fogwhisk.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what a running site keeps for databases that are away. */
@Command(
        name = "outbox",
        description =
                "Shows what waits in a running site's outbox for its databases: how much, since when, and what the"
                        + " database said last.",
        mixinStandardHelpOptions = true)
public final class OutboxCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String ROW = "%-12s %10s %12s  %-20s %s%n";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--dashboard",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "of the site (default ${DEFAULT-VALUE})")
    private String dashboard = "";

    @Option(names = "--json", description = "as JSON")
    private boolean asJson;

    @Override
    public Integer call() {
        JsonNode outbox = new RunningService("site", dashboard, "--dashboard")
                .send("GET", "/api/outbox", Optional.empty(), LIMIT);
        PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(Printable.of(outbox));
        } else {
            out.printf(ROW, "database", "entries", "bytes", "oldest", "address");
            for (JsonNode each : outbox.path("databases")) {
                out.printf(
                        ROW,
                        Printable.of(
                                each.path("name").asText(each.path("namespace").asText("-"))),
                        each.path("entries").asText(),
                        each.path("bytes").asText(),
                        each.path("oldest").asText("-"),
                        Printable.of(each.path("address").asText()));
                if (each.has("error")) {
                    out.println(
                            "  last error: " + Printable.of(each.path("error").asText()));
                }
            }
            out.println(outbox.path("setAside").asText() + " readings set aside (fogwhisk set-aside lists them)");
        }
        out.flush();
        return 0;
    }
}
