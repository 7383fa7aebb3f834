package io.fogwhisk.aggregate.influx;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Where points wait for a database that does not take them. Thread-safe; no method waits for the network, and
 * {@link #away} not for the disk either.
 */
public interface Backlog {

    /** Why nothing may be written directly, if points wait for the database: its last failure, or that they go first. */
    Optional<WriteAnswer.NotNow> away(InfluxTarget target);

    /**
     * Hands over points to be delivered later, in the order given. Does not wait until they are on the disk, but if the
     * disk is so slow that too many writes wait for it, then for up to half a minute for room among those.
     *
     * @param failure why they were not delivered at once
     * @return how many of them were taken, from the first on: fewer than given when the backlog is full
     */
    Taken add(InfluxTarget target, List<Points> points, WriteAnswer.NotNow failure);

    /**
     * What a backlog took.
     *
     * @param count how many of the points given, from the first on
     * @param durable completes when they are on durable storage, exceptionally if they could not be written there
     */
    record Taken(int count, CompletionStage<Void> durable) {}
}
