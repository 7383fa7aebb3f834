package io.fogwhisk.launcher.command;

import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.site.SiteAddresses;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.launcher.site.SiteIdentities;
import io.fogwhisk.lean.identity.LimitSettings;
import io.fogwhisk.lean.identity.NamespaceEntry;
import io.fogwhisk.lean.identity.NamespaceLimits;
import io.fogwhisk.wsk.model.EntityName;
import io.fogwhisk.wsk.model.QualifiedName;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Edits the identities of a site, which notices it within a second if it runs. */
@Command(
        name = "namespace",
        description = "Creates, lists and deletes the namespaces of a site's OpenWhisk, and changes their keys and"
                + " limits, whether the site runs or not.",
        mixinStandardHelpOptions = true)
public final class NamespaceCommand implements Callable<Integer> {

    private static final int WRONG_USAGE = 2;
    private static final String ROW = "%-24s %-24s %12s %12s %10s  %-10s %s%n";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(out());
        return WRONG_USAGE;
    }

    @Command(description = "Creates a namespace and prints its key.", mixinStandardHelpOptions = true)
    int create(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--subject", paramLabel = "S", description = "whom it belongs to (default: its name)")
                    Optional<String> subject,
            @Mixin LimitOptions limits,
            @Mixin SiteOption site) {
        SiteConfig config = site.read();
        checkName(name);
        NamespaceEntry entry = planned(() -> new NamespaceEntry(
                subject.orElse(name), name, NamespaceEntry.randomKey(), limits.over(LimitSettings.NONE)));
        SiteIdentities.of(config).edit(before -> {
            List<NamespaceEntry> after = new ArrayList<>(before);
            after.add(entry);
            return after;
        });
        out().println("namespace " + name + " created; 'fogwhisk namespace key " + name + "' shows its key again");
        printKey(config, entry);
        return 0;
    }

    @Command(description = "Lists namespaces with their subjects and limits.", mixinStandardHelpOptions = true)
    int list(@Mixin SiteOption site) {
        SiteConfig config = site.read();
        PrintWriter out = out();
        out.printf(ROW, "namespace", "subject", "invoc./min", "fires/min", "at once", "recorded", "kinds");
        for (NamespaceEntry entry : SiteIdentities.of(config).entries()) {
            NamespaceLimits limits = entry.limits().over(config.openwhisk().limits());
            out.printf(
                    ROW,
                    entry.namespace(),
                    entry.subject(),
                    limits.invocationsPerMinute(),
                    limits.firesPerMinute(),
                    limits.concurrentInvocations(),
                    limits.storeActivations().name().toLowerCase(Locale.ROOT),
                    limits.allowedKinds()
                            .map(kinds -> String.join(",", new TreeSet<>(kinds)))
                            .orElse("all"));
        }
        out.flush();
        return 0;
    }

    @Command(description = "Prints a namespace's key, and nothing else.", mixinStandardHelpOptions = true)
    int key(@Parameters(paramLabel = "NAME") String name, @Mixin SiteOption site) {
        NamespaceEntry entry = find(SiteIdentities.of(site.read()).entries(), name);
        out().println(entry.key().reveal());
        out().flush();
        return 0;
    }

    @Command(
            description = "Gives a namespace a new key; the old one is refused from then on.",
            mixinStandardHelpOptions = true)
    int rotate(@Parameters(paramLabel = "NAME") String name, @Mixin SiteOption site) {
        SiteConfig config = site.read();
        refuseConfigured(config, name);
        NamespaceEntry entry = change(config, name, before -> before.withKey(NamespaceEntry.randomKey()));
        out().println("namespace " + name + " has a new key; a running site refuses the old one within a second."
                + " Feeds fire with the key they were subscribed with: subscribe each again"
                + " (wsk trigger delete, wsk trigger create --feed)");
        printKey(config, entry);
        return 0;
    }

    @Command(description = "Sets limits of a namespace.", mixinStandardHelpOptions = true)
    int limits(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--defaults", description = "first take back every limit that was set") boolean defaults,
            @Mixin LimitOptions limits,
            @Mixin SiteOption site) {
        change(
                site.read(),
                name,
                before -> before.withLimits(limits.over(defaults ? LimitSettings.NONE : before.limits())));
        out().println("limits of " + name + " changed");
        out().flush();
        return 0;
    }

    @Command(description = "Deletes a namespace: its key opens nothing any more.", mixinStandardHelpOptions = true)
    int delete(@Parameters(paramLabel = "NAME") String name, @Mixin SiteOption site) {
        SiteConfig config = site.read();
        if (name.equals(SiteIdentities.SYSTEM)) {
            throw new LauncherException("the namespace " + name + " holds what every other one uses");
        }
        refuseConfigured(config, name);
        SiteIdentities.of(config).edit(before -> {
            NamespaceEntry entry = find(before, name);
            return before.stream().filter(each -> !each.equals(entry)).toList();
        });
        out().println("namespace " + name + " deleted. Its actions, triggers and rules stay on the disk, out of reach,"
                + " and belong to whoever creates a namespace of that name");
        out().flush();
        return 0;
    }

    private NamespaceEntry change(SiteConfig config, String name, UnaryOperator<NamespaceEntry> change) {
        List<NamespaceEntry> changed = SiteIdentities.of(config).edit(before -> {
            List<NamespaceEntry> after = new ArrayList<>(before);
            NamespaceEntry entry = find(before, name);
            after.set(before.indexOf(entry), planned(() -> change.apply(entry)));
            return after;
        });
        return find(changed, name);
    }

    private void printKey(SiteConfig config, NamespaceEntry entry) {
        String key = entry.key().reveal();
        out().println(key);
        out().println("wsk property set --apihost " + SiteAddresses.apiHost(config) + " --auth " + key);
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static NamespaceEntry find(List<NamespaceEntry> entries, String name) {
        return entries.stream()
                .filter(entry -> entry.namespace().equals(name))
                .findFirst()
                .orElseThrow(() -> new LauncherException(
                        "there is no namespace " + name + (entries.isEmpty() ? "; the site was never started" : "")));
    }

    private static void checkName(String name) {
        planned(() -> EntityName.checked(name));
        if (name.equals(QualifiedName.DEFAULT_NAMESPACE)) {
            throw new LauncherException("'_' means the caller's own namespace and cannot be the name of one");
        }
    }

    private static void refuseConfigured(SiteConfig config, String name) {
        if (name.equals(SiteIdentities.GUEST) && config.openwhisk().auth().isPresent()) {
            throw new LauncherException("openwhisk.auth in the configuration sets the key of guest; change it there");
        }
    }

    /** What the user gave may break a rule of the values. */
    private static <T> T planned(Supplier<T> values) {
        try {
            return values.get();
        } catch (IllegalArgumentException e) {
            throw new LauncherException(String.valueOf(e.getMessage()), e);
        }
    }
}
