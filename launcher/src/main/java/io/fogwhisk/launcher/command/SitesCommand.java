package io.fogwhisk.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.lean.couch.DocumentLog;
import io.fogwhisk.lean.couch.SiteReport;
import io.fogwhisk.lean.identity.SiteToken;
import io.fogwhisk.lean.identity.SiteTokens;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The sites that follow a centre's catalogue: who may, and how far each is. */
@Command(
        name = "sites",
        description = "Admits sites to a centre's catalogue, lists how far each is, and ends their access, whether the"
                + " centre runs or not.",
        mixinStandardHelpOptions = true)
public final class SitesCommand implements Callable<Integer> {

    private static final int WRONG_USAGE = 2;
    private static final String ROW = "%-20s %10s %-20s %8s %8s %10s  %s%n";

    private static final List<String> REPORTED =
            List.of("revision", "appliedAt", "behind", "refused", "databases", "outbox");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(out());
        return WRONG_USAGE;
    }

    @Command(
            description = "Admits a site and prints its token, and nothing else: the site's catalog.token."
                    + " Nobody can show it again.",
            mixinStandardHelpOptions = true)
    int add(@Parameters(paramLabel = "SITE", description = "its site.id") String id, @Mixin SiteOption option) {
        try (SiteTokens tokens = tokens(centre(option))) {
            out().println(tokens.add(id));
            out().flush();
        }
        return 0;
    }

    @Command(
            description =
                    "Ends a site's access: a running centre refuses it within a second. What the site has, it keeps.",
            mixinStandardHelpOptions = true)
    int revoke(@Parameters(paramLabel = "SITE") String id, @Mixin SiteOption option) {
        try (SiteTokens tokens = tokens(centre(option))) {
            tokens.revoke(id);
            out().println("site " + id + " has no access any more. Keys that it knows go on to open doors there until"
                    + " its catalog.keys-valid is over: rotate those that must not (fogwhisk namespace rotate)");
            out().flush();
        }
        return 0;
    }

    @Command(
            description = "Lists the sites: the catalogue's revision that each has, since when, what it is behind, what"
                    + " it could not apply, what waits in its outbox, and when it spoke last.",
            mixinStandardHelpOptions = true)
    int list(@Option(names = "--json", description = "as JSON") boolean asJson, @Mixin SiteOption option) {
        SiteConfig centre = centre(option);
        Map<String, ObjectNode> sites = new TreeMap<>();
        try (SiteTokens tokens = tokens(centre)) {
            for (SiteToken token : tokens.entries()) {
                site(sites, token.site())
                        .put("admitted", token.created().map(Instant::toString).orElse("catalog.sites"));
            }
        }
        Path log = centre.data().resolve("catalog.db");
        for (SiteReport report : Files.exists(log) ? DocumentLog.reports(log) : List.<SiteReport>of()) {
            ObjectNode site = site(sites, report.site());
            // A site says what it likes; who it is and whether it may is not its to say.
            REPORTED.forEach(field -> {
                JsonNode value = report.body().get(field);
                if (value != null) {
                    site.set(field, value);
                }
            });
            site.put("contact", report.contact().toString()).put("revoked", !site.has("admitted"));
        }
        PrintWriter out = out();
        if (asJson) {
            ArrayNode all = JsonNodeFactory.instance.arrayNode().addAll(sites.values());
            out.println(Printable.of(all));
        } else {
            out.printf(ROW, "site", "revision", "since", "behind", "refused", "outbox", "last contact");
            sites.values().forEach(site -> print(site, out));
        }
        out.flush();
        return 0;
    }

    private static void print(ObjectNode site, PrintWriter out) {
        out.printf(
                ROW,
                text(site.path("site")),
                text(site.path("revision")).replaceFirst("-.*", ""),
                text(site.path("appliedAt")).replaceFirst("\\.\\d+Z", "Z"),
                text(site.path("behind")),
                text(site.path("refused").path("count")),
                text(site.path("outbox")),
                (site.has("contact") ? text(site.path("contact")) : "never")
                        + (site.path("revoked").asBoolean() ? "  revoked" : ""));
        for (JsonNode refused : site.path("refused").path("first")) {
            out.println("  " + text(refused.path("id")) + ": " + text(refused.path("reason")));
        }
    }

    private static String text(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? "-" : Printable.of(value.asText());
    }

    private static ObjectNode site(Map<String, ObjectNode> sites, String id) {
        return sites.computeIfAbsent(
                id, name -> JsonNodeFactory.instance.objectNode().put("site", name));
    }

    private static SiteConfig centre(SiteOption option) {
        SiteConfig config = option.read();
        if (!config.catalog().serve()) {
            throw new LauncherException("the configuration is not that of a centre: neither site.central nor"
                    + " catalog.serve is true (give --config of the centre)");
        }
        return config;
    }

    private static SiteTokens tokens(SiteConfig centre) {
        return new SiteTokens(
                centre.id(), centre.data(), centre.catalog().sites().byName(), Clock.systemUTC());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
