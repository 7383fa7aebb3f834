package io.fogwhisk.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.site.Site;
import io.fogwhisk.launcher.site.SiteAddresses;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.launcher.site.SiteIdentities;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.client.HttpOpenWhisk;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What can be done about a site's aggregates. */
@Command(name = "aggregates", description = "Computes aggregates of a site again.", mixinStandardHelpOptions = true)
public final class AggregatesCommand {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    /** A blocking call is answered within a minute; some more for a busy machine. */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static final Duration DELIVERY = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(
            description = "Computes the complete windows that touch a range of time again, with the parameters that are"
                    + " bound to the action, and ships them: what is at the centre already is replaced. Asks the"
                    + " running site, or starts a stopped one without its feeds for as long as it takes.",
            mixinStandardHelpOptions = true)
    int backfill(
            @Option(
                            names = "--from",
                            required = true,
                            paramLabel = "TIME",
                            description = "a day of the job's zone such as 2026-03-01, or 2026-03-01T00:00:00Z")
                    String from,
            @Option(names = "--to", required = true, paramLabel = "TIME", description = "exclusive; as --from")
                    String to,
            @Option(
                            names = "--job",
                            paramLabel = "ACTION",
                            defaultValue = "/guest/pipeline/aggregatesAction",
                            description = "the action that has the job's parameters (default ${DEFAULT-VALUE})")
                    String job,
            @Mixin SiteOption site) {
        SiteConfig config = site.read();
        Backfill backfill =
                new Backfill(config, action(job), from, to, spec.commandLine().getOut());
        if (!backfill.over(false)) {
            backfill.alone();
        }
        return 0;
    }

    private static QualifiedName action(String job) {
        try {
            return QualifiedName.parse(job);
        } catch (WskException e) {
            throw new LauncherException(
                    "--job must be an action such as /guest/pipeline/aggregatesAction: " + e.getMessage(), e);
        }
    }

    /** One run of the command. */
    private record Backfill(SiteConfig config, QualifiedName action, String from, String to, PrintWriter out) {

        /** A stopped site runs in this process, without what brings new readings. */
        void alone() {
            try (ServiceGroup services = new ServiceGroup("backfill")) {
                HttpHost http = services.start(new HttpHost());
                Site site = services.start(Site.withoutFeeds(config, http, Clock.systemUTC()));
                over(true);
                site.awaitDelivery(DELIVERY);
            }
        }

        /** False if there is no running site. */
        boolean over(boolean started) {
            try (HttpOpenWhisk whisk = new HttpOpenWhisk("backfill", SiteAddresses.apiHost(config), TIMEOUT)) {
                String next = from;
                long windows = 0;
                long points = 0;
                while (!next.isEmpty()) {
                    Outcome outcome = invoke(whisk, next);
                    if (outcome instanceof Outcome.Unavailable away) {
                        if (started
                                || windows > 0
                                || config.openwhisk().apiHost().isPresent()) {
                            throw new LauncherException(away.message());
                        }
                        return false;
                    }
                    JsonNode result = result(outcome);
                    long done = result.path("windows").asLong();
                    windows += done;
                    points += result.path("points").asLong();
                    next = result.path("next").asText("");
                    out.println(windows + " windows computed, " + points + " points handed to the outbox, "
                            + result.path("waiting").asLong() + " wait there for the centre");
                    out.flush();
                    if (done == 0 && !next.isEmpty()) {
                        throw new LauncherException(action + " had no time for a single window: go on with --from "
                                + Printable.of(next) + " when the site has less to do, or give the action more time");
                    }
                }
            }
            return true;
        }

        private Outcome invoke(HttpOpenWhisk whisk, String start) {
            ObjectNode params = JsonNodeFactory.instance.objectNode();
            params.put("from", start).put("to", to);
            try {
                return whisk.invoke(key(), action, JsonObject.adopt(params), true)
                        .toCompletableFuture()
                        .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new LauncherException(action + " did not answer: " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LauncherException("interrupted while waiting for " + action, e);
            }
        }

        private JsonNode result(Outcome outcome) {
            if (outcome instanceof Outcome.Completed completed) {
                JsonNode result = completed.activation().result();
                if (completed.activation().success()) {
                    return result;
                }
                throw new LauncherException(
                        action + " says: " + Printable.of(result.path("error").asText(result.toString())));
            }
            if (outcome instanceof Outcome.Rejected rejected) {
                throw new LauncherException("the site's OpenWhisk refuses to invoke " + action + ": "
                        + Printable.of(rejected.message()) + " (--job names another action)");
            }
            throw new LauncherException(action + " takes longer than the OpenWhisk lets a caller wait; its result is in"
                    + " 'wsk activation list'");
        }

        /** Whoever may read a site's data folder may use its namespaces. */
        private AuthKey key() {
            if (config.openwhisk().apiHost().isPresent()) {
                return config.openwhisk()
                        .auth()
                        .orElseThrow(() -> new LauncherException("openwhisk.auth is needed in the configuration"));
            }
            Optional<AuthKey> known = SiteIdentities.key(config, action.namespace());
            return known.orElseThrow(() -> new LauncherException("the site in " + config.data()
                    + " has no namespace " + action.namespace() + ": was it ever started there? (--config names"
                    + " another site, --job another action)"));
        }
    }
}
