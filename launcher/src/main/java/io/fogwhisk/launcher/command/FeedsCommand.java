package io.fogwhisk.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.launcher.LauncherException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the feeds of a running provider, and what they set aside. */
@Command(
        name = "feeds",
        description = "Shows the feeds of a running feed provider, and the messages that they set aside.",
        mixinStandardHelpOptions = true,
        subcommands = FeedsCommand.SetAside.class)
public final class FeedsCommand {

    private static final String ROW = "%-32s %-9s %-11s %10s %10s %9s %7s %7s  %s%n";
    private static final String DASH = "-";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(
            description = "Lists feeds: their trigger, kind, state, counts since the start and last error.",
            mixinStandardHelpOptions = true)
    int list(
            @Option(names = "--json", description = "as JSON, with every parameter") boolean json,
            @Mixin ProviderClient provider) {
        JsonNode feeds = provider.send("GET", "/feeds");
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Printable.of(feeds));
        } else {
            out.printf(
                    ROW, "trigger", "kind", "state", "received", "fired", "set aside", "lag", "missing", "last error");
            for (JsonNode feed : feeds) {
                out.printf(
                        ROW,
                        Printable.of(feed.path("trigger").asText()),
                        feed.path("type").asText(),
                        feed.path("state").asText(),
                        feed.path("received").asText(),
                        feed.path("fired").asText(),
                        feed.path("setAside").asText(),
                        feed.path("lag").asText(DASH),
                        feed.path("sequence").path("missing").asText(DASH),
                        Printable.of(feed.path("reason")
                                .asText(feed.path("lastError").asText(DASH))));
            }
        }
        out.flush();
        return 0;
    }

    /** The messages that no trigger took. */
    @Command(
            name = "set-aside",
            description = "Lists, replays or drops the messages that could not be fired.",
            mixinStandardHelpOptions = true)
    static final class SetAside {

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Command(description = "Lists them, oldest first, with the reason.", mixinStandardHelpOptions = true)
        int list(
                @Option(names = "--json", description = "as JSON") boolean json,
                @Option(names = "--trigger", paramLabel = "/NS/NAME", description = "only those of this trigger")
                        Optional<String> trigger,
                @Mixin ProviderClient provider) {
            JsonNode answer = provider.send("GET", "/set-aside" + query(trigger));
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(Printable.of(answer));
            } else {
                JsonNode messages = answer.path("messages");
                messages.forEach(message -> out.printf(
                        "%-8s %-24s %-32s %s (%s bytes)%n         %s%n",
                        message.path("id").asText(),
                        message.path("at").asText(),
                        Printable.of(message.path("trigger").asText()),
                        Printable.of(message.path("topic").asText()),
                        message.path("bytes").asText(),
                        Printable.of(message.path("reason").asText())));
                int count = answer.path("count").asInt();
                out.println(count + " messages set aside"
                        + (count > messages.size() ? ", the oldest " + messages.size() + " are shown" : "")
                        + (answer.path("full").asBoolean() ? "; no room for more" : ""));
            }
            out.flush();
            return 0;
        }

        @Command(
                description = "Fires them again, as their feeds are now; who is refused again stays.",
                mixinStandardHelpOptions = true)
        int replay(@ArgGroup(multiplicity = "1") Which which, @Mixin ProviderClient provider) {
            JsonNode answer = provider.send("POST", "/set-aside" + which.path() + "/replay" + query(which.trigger));
            return done(answer.path("replayed").asText() + " messages are fired again");
        }

        @Command(description = "Deletes them for good.", mixinStandardHelpOptions = true)
        int drop(@ArgGroup(multiplicity = "1") Which which, @Mixin ProviderClient provider) {
            JsonNode answer = provider.send("DELETE", "/set-aside" + which.path() + query(which.trigger));
            return done(answer.path("removed").asText() + " messages dropped");
        }

        private int done(String text) {
            spec.commandLine().getOut().println(text);
            spec.commandLine().getOut().flush();
            return 0;
        }
    }

    /** Which messages a command is about. */
    static final class Which {

        @Parameters(paramLabel = "ID", description = "of one message, as the list shows it")
        private Optional<Long> id = Optional.empty();

        @Option(names = "--all", description = "all of them")
        private boolean all;

        @Option(names = "--trigger", paramLabel = "/NS/NAME", description = "all of this trigger")
        private Optional<String> trigger = Optional.empty();

        private String path() {
            if (id.isEmpty() && trigger.isEmpty() && !all) {
                throw new LauncherException("say which messages: an ID, --trigger /namespace/name or --all");
            }
            return id.isPresent() ? "/" + id.get() : "";
        }
    }

    private static String query(Optional<String> trigger) {
        trigger.filter(name -> !name.startsWith("/")).ifPresent(name -> {
            throw new LauncherException("--trigger must have the form /namespace/name, was '" + name + "'");
        });
        return trigger.map(name -> "?trigger=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                .orElse("");
    }
}
