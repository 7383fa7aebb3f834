package io.fogwhisk.launcher.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.lean.follow.CatalogFollower;
import io.fogwhisk.lean.follow.FollowState;
import io.fogwhisk.lean.follow.FollowState.Followed;
import io.fogwhisk.lean.follow.FollowState.Refused;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows at a site how far it has followed its catalogue. */
@Command(
        name = "catalog",
        description = "Shows how far a site has followed its catalogue, what it could not apply and why, and when the"
                + " centre answered last; whether the site runs or not.",
        mixinStandardHelpOptions = true)
public final class CatalogCommand implements Callable<Integer> {

    private static final String ROW = "%-16s %10s %-20s %8s %8s %8s  %s%n";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "as JSON")
    private boolean asJson;

    @Mixin
    private SiteOption option = new SiteOption();

    @Override
    public Integer call() {
        SiteConfig site = option.read();
        if (site.catalog().upstream().isEmpty()) {
            throw new LauncherException(
                    "the site " + site.id() + " follows no catalogue: its configuration has no catalog.url");
        }
        FollowState state = FollowState.read(CatalogFollower.file(site.data()));
        PrintWriter out = spec.commandLine().getOut();
        if (asJson) {
            out.println(Printable.of(json(state)));
        } else if (state.databases().isEmpty()) {
            out.println("nothing was followed yet: the site was never started with this catalogue");
        } else {
            out.printf(ROW, "database", "revision", "since", "behind", "known", "refused", "last contact");
            state.databases().forEach((name, followed) -> print(name, followed, out));
        }
        out.flush();
        return 0;
    }

    private static void print(String name, Followed followed, PrintWriter out) {
        out.printf(
                ROW,
                name,
                followed.revision().map(Printable::of).orElse("-").replaceFirst("-.*", ""),
                time(followed.appliedAt()),
                followed.behind(),
                followed.documents(),
                followed.refusedCount(),
                time(followed.lastContact()));
        followed.error().ifPresent(error -> out.println("  " + Printable.of(error)));
        for (Refused refused : followed.refused()) {
            out.println("  " + Printable.of(refused.id()) + ": " + Printable.of(refused.reason()));
        }
    }

    private static String time(Optional<Instant> time) {
        return time.map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString()).orElse("never");
    }

    private static ArrayNode json(FollowState state) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        state.databases().forEach((name, followed) -> {
            ObjectNode json = all.addObject().put("database", name);
            followed.revision().ifPresent(revision -> json.put("revision", revision));
            followed.appliedAt().ifPresent(at -> json.put("appliedAt", at.toString()));
            followed.lastContact().ifPresent(at -> json.put("lastContact", at.toString()));
            followed.error().ifPresent(error -> json.put("error", error));
            json.put("behind", followed.behind()).put("documents", followed.documents());
            ArrayNode refused =
                    json.put("refusedCount", followed.refusedCount()).putArray("refused");
            followed.refused()
                    .forEach(each -> refused.addObject().put("id", each.id()).put("reason", each.reason()));
        });
        return all;
    }
}
