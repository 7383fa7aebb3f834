package io.fogwhisk.aggregate;

import com.fasterxml.jackson.databind.node.TextNode;
import io.fogwhisk.aggregate.action.AddReadingToDb;
import io.fogwhisk.aggregate.action.AggregatesAction;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.PointWriter;
import io.fogwhisk.aggregate.influx.PointWriterConfig;
import io.fogwhisk.aggregate.outbox.Backlogged;
import io.fogwhisk.aggregate.outbox.Outbox;
import io.fogwhisk.aggregate.outbox.OutboxConfig;
import io.fogwhisk.aggregate.outbox.SetAside;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.action.BuiltInPackage.BuiltInAction;
import io.fogwhisk.wsk.model.KeyValue;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * The aggregator of one site: its actions, and what they share. Start it before the OpenWhisk that runs the actions, and
 * close it after: what is then in flight is written, or moved to the outbox.
 */
public final class Aggregator implements Service {

    /** How fast a backlog is delivered at the least, if the database takes it; points per second. */
    public static final int POINTS_PER_SECOND = 50_000;

    private final Outbox outbox;
    private final PointWriter writer;
    private final AddReadingToDb addReadingToDb;
    private final AggregatesAction aggregatesAction;

    /** An aggregator that is opened by {@link #start}. */
    public Aggregator(AggregatorConfig config, Metrics metrics, Clock clock) {
        this.outbox = new Outbox(
                new OutboxConfig(
                        config.name(),
                        config.dataFolder().resolve("outbox.db"),
                        config.outbox(),
                        config.commitPace(),
                        config.writeTimeout(),
                        config.retry(),
                        POINTS_PER_SECOND),
                metrics,
                clock);
        this.writer = new PointWriter(
                new PointWriterConfig(
                        config.name(),
                        config.maxPointsInFlight(),
                        config.writeTimeout(),
                        config.localPatience(),
                        config.retry()),
                outbox,
                metrics,
                clock);
        this.addReadingToDb = new AddReadingToDb(writer, outbox::setAside, clock);
        this.aggregatesAction = new AggregatesAction(config.name(), config.queryTimeout(), outbox, metrics, clock);
    }

    @Override
    public void start() {
        outbox.start();
        writer.start();
    }

    /** The package {@code aggregator}: what a lean OpenWhisk installs. */
    public BuiltInPackage builtInPackage() {
        return new BuiltInPackage(
                "aggregator",
                List.of(),
                List.of(
                        new BuiltInAction(
                                "addReadingToDb",
                                describe("Stores a sensor reading in the local InfluxDB"),
                                addReadingToDb),
                        new BuiltInAction(
                                "aggregatesAction",
                                describe("Ships the aggregates of complete windows to the central InfluxDB"),
                                aggregatesAction)));
    }

    /** The readings that can never be stored. */
    public SetAside setAside() {
        return outbox.setAside();
    }

    /** How many readings and aggregates wait for their database. */
    public int outboxDepth() {
        return outbox.depth();
    }

    /** What keeps the aggregator from keeping points for a database that is away; empty if nothing does. */
    public Optional<String> fault() {
        return outbox.isWritable() ? Optional.empty() : Optional.of("the outbox is closed, or its file is lost");
    }

    /** What waits in the outbox, by database; blocks for the disk. */
    public List<Backlogged> backlog() {
        return outbox.backlog();
    }

    /** Says, best before the start, where a database that has a name is now: what waits for it goes there. */
    public void locate(InfluxTarget target) {
        outbox.locate(target);
    }

    @Override
    public void close() {
        aggregatesAction.close();
        writer.close();
        outbox.close();
    }

    private static List<KeyValue> describe(String description) {
        return List.of(new KeyValue("description", TextNode.valueOf(description)));
    }
}
