package io.fogwhisk.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.site.SiteAddresses;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.launcher.site.SiteIdentities;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.client.RestEndpoint;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says of what holds at a site where it came from. */
@Command(
        name = "explain",
        description = "Says of what holds at a site where it came from.",
        mixinStandardHelpOptions = true)
public final class ExplainCommand implements Callable<Integer> {

    private static final int WRONG_USAGE = 2;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String ROW = "%-20s %-40s %s%n";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return WRONG_USAGE;
    }

    @Command(
            description = "Prints each parameter that an action has at a running site, and where its value came from:"
                    + " package, action, or what the site gives in its configuration. Secrets are not shown.",
            mixinStandardHelpOptions = true)
    int parameters(
            @Parameters(paramLabel = "ACTION", description = "such as /guest/pipeline/addReadingToDb") String action,
            @Option(
                            names = "--auth",
                            paramLabel = "UUID:KEY",
                            description = "of the action's namespace; by default" + " what the site's folder holds")
                    Optional<String> auth,
            @Option(names = "--json", description = "as JSON") boolean asJson,
            @Mixin SiteOption site) {
        SiteConfig config = site.read();
        QualifiedName name = name(action);
        JsonNode explained = new RunningService("OpenWhisk", SiteAddresses.apiHost(config), "openwhisk.port")
                .send(
                        "GET",
                        RestEndpoint.path("actions", name) + "?explain=true",
                        Optional.of(key(config, name, auth)),
                        LIMIT);
        PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(Printable.of(explained));
        } else {
            print(explained, out);
        }
        out.flush();
        return 0;
    }

    private static void print(JsonNode explained, PrintWriter out) {
        if (explained.path("parameters").isEmpty()) {
            out.println(Printable.of(explained.path("action").asText()) + " has no parameters of its own");
            return;
        }
        out.printf(ROW, "parameter", "value", "from");
        for (JsonNode each : explained.path("parameters")) {
            String value =
                    each.path("secret").asBoolean() ? "***" : each.path("value").toString();
            out.printf(
                    ROW,
                    Printable.of(each.path("key").asText()),
                    Printable.of(value),
                    Printable.of(each.path("from").asText()));
            List<String> unknown = new ArrayList<>();
            each.path("unknown").forEach(variable -> unknown.add("${" + variable.asText() + "}"));
            if (!unknown.isEmpty()) {
                out.println("  this site does not have " + Printable.of(String.join(", ", unknown)));
            }
        }
    }

    private static QualifiedName name(String text) {
        try {
            return QualifiedName.parse(text).resolve(SiteIdentities.GUEST);
        } catch (WskException e) {
            throw new LauncherException(String.valueOf(e.getMessage()), e);
        }
    }

    private static AuthKey key(SiteConfig config, QualifiedName name, Optional<String> auth) {
        if (auth.isPresent()) {
            try {
                return AuthKey.parse(auth.get());
            } catch (WskException e) {
                throw new LauncherException("--auth must have the form uuid:key", e);
            }
        }
        return SiteIdentities.key(config, name.namespace())
                .orElseThrow(() -> new LauncherException(
                        "the folder of the site has no key of the namespace " + name.namespace() + ": give --auth"));
    }
}
