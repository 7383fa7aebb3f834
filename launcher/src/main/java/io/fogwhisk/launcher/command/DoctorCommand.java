package io.fogwhisk.launcher.command;

import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.doctor.BrokerCheck;
import io.fogwhisk.launcher.doctor.Finding;
import io.fogwhisk.launcher.doctor.Finding.Verdict;
import io.fogwhisk.launcher.doctor.MachineCheck;
import io.fogwhisk.launcher.doctor.OpenWhiskCheck;
import io.fogwhisk.launcher.site.SiteAddresses;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.launcher.site.SiteIdentities;
import io.fogwhisk.launcher.site.SlimFeed;
import io.fogwhisk.wsk.client.ApiHost;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Examines a site for what would lose data or keep it from running. */
@Command(
        name = "doctor",
        description = "Examines the machine, the brokers and the OpenWhisk of a site for what would lose data. Brokers"
                + " get a session and small messages under fogwhisk/doctor/, which are removed again.",
        mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {

    private static final int MOST_MESSAGES = 100_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SiteOption option = new SiteOption();

    @Option(
            names = "--broker",
            paramLabel = "URL",
            description = "examine this broker and nothing else; can be repeated")
    private List<String> brokers = new ArrayList<>();

    @Option(
            names = "--messages",
            paramLabel = "N",
            description = "how many messages a broker is to keep for a session that is away, 1 to 100000 (default"
                    + " ${DEFAULT-VALUE})")
    private int messages = BrokerCheck.MESSAGES;

    @Option(
            names = "--feed-provider",
            description = "examine what 'feed-provider' needs, not 'up': no other ports, no broker of the site's own")
    private boolean providerAlone;

    @Override
    public Integer call() {
        if (messages < 1 || messages > MOST_MESSAGES) {
            throw new ParameterException(
                    spec.commandLine(), "--messages must be 1 to " + MOST_MESSAGES + ", was " + messages);
        }
        SiteConfig site = option.read();
        List<Finding> findings = new ArrayList<>();
        if (brokers.isEmpty()) {
            MachineCheck machine = new MachineCheck(site, providerAlone);
            report(machine.findings(), findings);
            if (providerAlone) {
                report(lacks(site), findings);
            }
            boolean runs = machine.siteRuns();
            for (Broker broker : brokers(site, runs && !providerAlone)) {
                report(new BrokerCheck(broker, site.feeds().mqtt(), messages).findings(), findings);
            }
            if (!providerAlone || site.openwhisk().apiHost().isPresent()) {
                report(openWhisk(site, runs), findings);
            }
        }
        for (String url : brokers) {
            report(new BrokerCheck(parsed(url), site.feeds().mqtt(), messages).findings(), findings);
        }
        long bad = findings.stream()
                .filter(finding -> finding.verdict() == Verdict.BAD)
                .count();
        PrintWriter out = spec.commandLine().getOut();
        out.println(bad == 0 ? "nothing found that would lose data" : "needs attention: " + bad);
        out.flush();
        return bad == 0 ? 0 : 1;
    }

    private void report(List<Finding> found, List<Finding> all) {
        PrintWriter out = spec.commandLine().getOut();
        found.forEach(finding -> out.printf(
                "%-4s  %s: %s%n",
                finding.verdict() == Verdict.BAD
                        ? "BAD"
                        : finding.verdict().name().toLowerCase(Locale.ROOT),
                Printable.of(finding.subject()),
                Printable.of(finding.text())));
        out.flush();
        all.addAll(found);
    }

    private static List<Finding> lacks(SiteConfig site) {
        return FeedProviderCommand.faults(site).stream()
                .map(fault -> new Finding(Verdict.BAD, "feed-provider", fault))
                .toList();
    }

    /** The brokers that are not of the site itself, or run with it. */
    private static Set<Broker> brokers(SiteConfig site, boolean runs) {
        Set<Broker> brokers = new LinkedHashSet<>();
        if (!site.central() && (runs || site.externalBroker().isPresent())) {
            brokers.add(site.broker());
        }
        site.feeds().slim().flatMap(SlimFeed::broker).ifPresent(brokers::add);
        return brokers;
    }

    private static List<Finding> openWhisk(SiteConfig site, boolean runs) {
        Optional<AuthKey> slim = site.feeds().slim().flatMap(SlimFeed::auth);
        Optional<QualifiedName> trigger = site.feeds().slim().map(SlimFeed::trigger);
        Optional<ApiHost> elsewhere = site.openwhisk().apiHost();
        if (elsewhere.isPresent()) {
            return new OpenWhiskCheck(
                            elsewhere.get(), slim.or(() -> site.openwhisk().auth()), trigger)
                    .findings();
        }
        if (!runs) {
            return List.of(new Finding(
                    Verdict.NOTE, "site " + site.id(), "does not run: its own broker and OpenWhisk were not examined"));
        }
        Optional<AuthKey> guest = SiteIdentities.key(site, SiteIdentities.GUEST);
        return new OpenWhiskCheck(ApiHost.of(SiteAddresses.apiHost(site)), slim.or(() -> guest), trigger).findings();
    }

    private static Broker parsed(String url) {
        try {
            return Broker.parse(url);
        } catch (FeedException e) {
            throw new LauncherException("--broker: " + e.getMessage(), e);
        }
    }
}
