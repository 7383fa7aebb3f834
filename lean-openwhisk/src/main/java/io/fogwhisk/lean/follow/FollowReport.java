package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.lifecycle.Worker;
import io.fogwhisk.lean.follow.FollowState.Followed;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the centre how far a site is, as {@code _local/fogwhisk-SITE} of the entities' database. A centre that does not
 * take it is told again with the next step; nothing else waits for that.
 *
 * <p>Threads: one of its own; {@link #wake} may be called by any and does not wait.
 */
final class FollowReport {

    private static final Logger LOG = LoggerFactory.getLogger(FollowReport.class);
    private static final Duration PACE = Duration.ofMillis(200);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final int CONFLICT = 409;

    private final String site;
    private final String database;
    private final CatalogClient client;
    private final Supplier<FollowState> state;
    private final Supplier<ObjectNode> extra;
    private final Worker worker;
    private boolean due;
    private Optional<String> rev = Optional.empty();

    /**
     * A report that is not sent yet.
     *
     * @param database at the centre
     * @param extra further fields; may be asked at any time
     */
    FollowReport(
            String site,
            String database,
            CatalogClient client,
            Supplier<FollowState> state,
            Supplier<ObjectNode> extra) {
        this.site = site;
        this.database = database;
        this.client = client;
        this.state = state;
        this.extra = extra;
        this.worker = new Worker(site + "-follow-report", this::run);
    }

    void start() {
        worker.start();
    }

    /** Something moved. */
    void wake() {
        worker.give(() -> due = true);
    }

    void stop() {
        worker.stop();
    }

    void join() {
        worker.join(GRACE);
    }

    private void run() throws InterruptedException {
        while (worker.take(() -> due, () -> due = false)) {
            try {
                send();
            } catch (RuntimeException e) {
                LOG.atDebug().addKeyValue("error", e.getMessage()).log("report not sent");
            }
            worker.pause(PACE);
        }
    }

    private void send() throws InterruptedException {
        String name = "fogwhisk-" + site;
        ObjectNode report = report();
        rev.ifPresent(known -> report.put("_rev", known));
        CatalogClient.Put put = client.putLocal(database, name, report);
        if (put.status() == CONFLICT) {
            rev = client.localRevision(database, name);
            report.remove("_rev");
            rev.ifPresent(known -> report.put("_rev", known));
            put = client.putLocal(database, name, report);
        }
        rev = put.rev();
        if (put.status() >= 300) {
            // Somebody else's CouchDB may let us read only.
            LOG.atDebug().addKeyValue("status", put.status()).log("report not taken");
        }
    }

    private ObjectNode report() {
        SiteTotals totals = new SiteTotals();
        ObjectNode report = JsonNodeFactory.instance.objectNode().put("site", site);
        ObjectNode databases = JsonNodeFactory.instance.objectNode();
        Map<String, Followed> all = state.get().databases();
        all.forEach((name, each) -> {
            totals.add(name, each);
            ObjectNode one = databases.putObject(name);
            each.revision().ifPresent(revision -> one.put("revision", revision));
            each.appliedAt().ifPresent(at -> one.put("appliedAt", at.toString()));
            each.error().ifPresent(error -> one.put("error", error));
            one.put("behind", each.behind()).put("documents", each.documents());
        });
        Followed entities = all.get(CatalogFollower.WHISKS);
        if (entities != null) {
            entities.revision().ifPresent(revision -> report.put("revision", revision));
        }
        totals.appliedAt.ifPresent(at -> report.put("appliedAt", at.toString()));
        report.put("behind", totals.behind);
        report.set("refused", totals.refused);
        report.set("databases", databases);
        report.setAll(extra.get());
        return report;
    }

    /** All databases of a site together. */
    private static final class SiteTotals {
        private final ObjectNode refused = JsonNodeFactory.instance.objectNode().put("count", 0);
        private Optional<Instant> appliedAt = Optional.empty();
        private long behind;

        void add(String database, Followed each) {
            behind += each.behind();
            if (each.appliedAt().isPresent()
                    && (appliedAt.isEmpty() || each.appliedAt().get().isAfter(appliedAt.get()))) {
                appliedAt = each.appliedAt();
            }
            refused.put("count", refused.path("count").asInt() + each.refusedCount());
            each.refused().stream()
                    .limit(Math.max(
                            0,
                            Followed.MOST_REFUSED - refused.withArray("/first").size()))
                    .forEach(one -> refused.withArray("/first")
                            .addObject()
                            .put("database", database)
                            .put("id", one.id())
                            .put("reason", one.reason()));
        }
    }
}
