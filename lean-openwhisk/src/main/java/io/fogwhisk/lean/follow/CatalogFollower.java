package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.wsk.catalog.DocumentSink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a site's declarations those of a catalogue: each database of a CouchDB, or of another FogWhisk, goes into a sink,
 * change by change in the catalogue's order, and again from the start when the database is not the one it was. While the
 * catalogue is away, what is here goes on.
 *
 * <p>Life cycle: {@link #start} opens {@code follow.db} and, before it returns, tells the sinks of all databases but the
 * entities' what they were told in an earlier life; it does not wait for the catalogue. {@link #close} ends in the
 * middle of a page if need be.
 *
 * <p>Threads: of its own one per database, one that reports to the catalogue, one that commits, and two that read
 * answers. Sinks are called by their database's thread, and before that by the one that starts.
 */
public final class CatalogFollower implements Service {

    /** The database of entities. */
    public static final String WHISKS = "whisks";

    /** The database of identities. */
    public static final String SUBJECTS = "subjects";

    /** The database of MQTT feeds. */
    public static final String TOPIC_LISTENERS = "topic_listeners";

    /** The database of alarms. */
    public static final String ALARMS = "alarmservice";

    private static final Logger LOG = LoggerFactory.getLogger(CatalogFollower.class);

    private final FollowConfig config;
    private final Map<String, DocumentSink> sinks;
    private final Supplier<ObjectNode> extraReport;
    private final @Nullable Metrics metrics;
    private final Clock clock;
    private final FollowStore store;
    private volatile List<DatabaseCopy> copies = List.of();
    private volatile List<Follower> followers = List.of();
    private @Nullable FollowReport report;
    private @Nullable CatalogClient client;
    private Runnable hideBehind = () -> {};

    /**
     * A follower; nothing is opened yet.
     *
     * @param sinks by logical database; only these are followed
     * @param extraReport further fields of the report; must not block
     * @param metrics shows how many changes wait; null for nowhere
     */
    public CatalogFollower(
            FollowConfig config,
            Map<String, DocumentSink> sinks,
            Supplier<ObjectNode> extraReport,
            @Nullable Metrics metrics,
            Clock clock) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.sinks = Map.copyOf(sinks);
        this.extraReport = Objects.requireNonNull(extraReport, "extraReport is null");
        this.metrics = metrics;
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.store = new FollowStore(config.name() + "-follow", file(config.dataFolder()));
    }

    /** Where a data folder has what {@link FollowState#read} reads. */
    public static Path file(Path dataFolder) {
        return dataFolder.resolve("follow.db");
    }

    /**
     * Tells a sink what a site knew of a database in an earlier life, while nobody follows yet.
     *
     * @throws io.fogwhisk.base.store.StoreException if the file can't be read
     */
    public static void recall(Path dataFolder, String database, DocumentSink sink) {
        FollowStore store = new FollowStore("recall", file(dataFolder));
        Keeping keeping = Keeping.of(database, dataFolder);
        try {
            store.start();
            store.eachKept(
                    database,
                    false,
                    group -> group.forEach(each ->
                            each.document().map(keeping::told).ifPresent(document -> sink.put(each.id(), document))));
        } finally {
            store.close();
        }
    }

    /**
     * When the catalogue answered last about a database, as a site wrote it down in an earlier life.
     *
     * @param database its logical name
     * @return empty if it never did, or nothing was followed in that folder
     * @throws io.fogwhisk.base.store.StoreException if the file can't be read
     */
    public static Optional<Instant> lastContact(Path dataFolder, String database) {
        Path file = file(dataFolder);
        return Files.exists(file)
                ? FollowStore.positions(file)
                        .getOrDefault(database, Position.START)
                        .contact()
                : Optional.empty();
    }

    /**
     * Starts to follow.
     *
     * @throws io.fogwhisk.base.store.StoreException if the file can't be read
     * @throws io.fogwhisk.wsk.WskException if the certificate of the authority can't be read
     */
    @Override
    public void start() {
        CatalogClient asked = new CatalogClient(config);
        client = asked;
        store.start();
        FollowReport told = new FollowReport(config.name(), config.database(WHISKS), asked, this::state, extraReport);
        report = told;
        List<DatabaseCopy> loaded = new ArrayList<>();
        List<Follower> made = new ArrayList<>();
        new TreeMap<>(sinks).forEach((name, sink) -> {
            DatabaseCopy copy = new DatabaseCopy(
                    name,
                    config.database(name),
                    sink,
                    !name.equals(WHISKS),
                    Keeping.of(name, config.dataFolder()),
                    store,
                    asked,
                    clock);
            copy.load();
            loaded.add(copy);
            made.add(new Follower(config.name(), copy, asked, config.namespaces(), told::wake, clock));
        });
        copies = List.copyOf(loaded);
        followers = List.copyOf(made);
        if (metrics != null) {
            hideBehind = metrics.queue(config.name() + "/catalogue", this::behind);
        }
        told.start();
        made.forEach(Follower::start);
        LOG.atInfo()
                .addKeyValue("site", config.name())
                .addKeyValue("catalogue", asked.centre())
                .addKeyValue("databases", sinks.keySet())
                .log("following a catalogue");
    }

    /** Has what was refused tried again within seconds, as something changed at this site. Does not wait. */
    public void retry() {
        followers.forEach(Follower::retry);
    }

    /** How far the site is. */
    public FollowState state() {
        SortedMap<String, FollowState.Followed> databases = new TreeMap<>();
        copies.forEach(copy -> databases.put(copy.name(), copy.state()));
        return new FollowState(databases);
    }

    /** When the catalogue answered last about a logical database, also in an earlier life. */
    public Optional<Instant> lastContact(String database) {
        for (DatabaseCopy copy : copies) {
            if (copy.name().equals(database)) {
                return copy.position().contact();
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        hideBehind.run();
        hideBehind = () -> {};
        List<Follower> ending = followers;
        FollowReport reporting = report;
        CatalogClient asked = client;
        ending.forEach(Follower::stop);
        if (reporting != null) {
            reporting.stop();
        }
        if (asked != null) {
            asked.stop();
        }
        ending.forEach(Follower::join);
        if (reporting != null && !ending.isEmpty()) {
            reporting.join();
        }
        if (asked != null) {
            asked.close();
        }
        store.close();
    }

    private int behind() {
        long waiting = 0;
        for (DatabaseCopy copy : copies) {
            waiting += copy.position().behind();
        }
        return (int) Math.min(Integer.MAX_VALUE, waiting);
    }
}
