package io.fogwhisk.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the readings that a running site could not read. */
@Command(
        name = "set-aside",
        description = "Lists the readings that a running site could not read, with the reason. Messages that no trigger"
                + " took: see 'feeds set-aside'.",
        mixinStandardHelpOptions = true)
public final class SetAsideCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final List<String> KEYS = List.of("time", "reason", "payload");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--dashboard",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "of the site (default ${DEFAULT-VALUE})")
    private String dashboard = "";

    @Override
    public Integer call() {
        JsonNode readings = new RunningService("site", dashboard, "--dashboard")
                .send("GET", "/api/set-aside", Optional.empty(), LIMIT);
        PrintWriter out = spec.commandLine().getOut();
        for (JsonNode reading : readings) {
            out.println("reading");
            KEYS.forEach(key -> out.printf(
                    "  %-8s %s%n", key, Printable.of(reading.path(key).asText())));
        }
        out.println(readings.size() + " readings set aside");
        out.println("messages that no trigger took: fogwhisk feeds set-aside list");
        out.flush();
        return 0;
    }
}
