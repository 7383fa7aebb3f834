package io.fogwhisk.aggregate.outbox;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * The readings that can never be stored, kept durably with the reason, for a person to look at. Bounded: when full, the
 * oldest is dropped. Thread-safe.
 */
public final class SetAside {

    private static final int MAX_PAYLOAD = 64 * 1024;

    private final Database database;
    private final GroupCommitter committer;
    private final int max;
    private final Metrics metrics;
    private final Clock clock;

    SetAside(Database database, GroupCommitter committer, int max, Metrics metrics, Clock clock) {
        this.database = database;
        this.committer = committer;
        this.max = max;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * A reading, or a part of one, that was set aside.
     *
     * @param time when
     * @param reason why, for the user
     * @param payload what arrived, or the lines that the database refused; cut after 64 Ki characters
     */
    public record Item(Instant time, String reason, String payload) {

        /** Cuts the payload. */
        public Item {
            Objects.requireNonNull(time, "time is null");
            Objects.requireNonNull(reason, "reason is null");
            if (payload.length() > MAX_PAYLOAD) {
                payload = payload.substring(0, MAX_PAYLOAD);
            }
        }
    }

    /**
     * Keeps a reading.
     *
     * @param source what it came from, such as an activation id: the same source with the same reason is kept once, so
     *     that a replay adds nothing
     * @return completes when it is on durable storage, exceptionally if it could not be written
     */
    public CompletionStage<Void> put(String source, String reason, String payload) {
        Item item = new Item(clock.instant(), reason, payload);
        return committer
                .submit(connection -> OutboxStore.setAside(connection, source, item, max))
                .thenAccept(added -> {
                    if (added) {
                        metrics.count(Meter.READINGS_SET_ASIDE);
                    }
                });
    }

    /** How many readings are set aside; blocks for the disk. */
    public int count() {
        try (Connection connection = database.openReader()) {
            return OutboxStore.setAsideCount(connection);
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
    }

    /** The newest readings set aside, newest first; blocks for the disk. */
    public List<Item> list(int limit) {
        try (Connection connection = database.openReader()) {
            return OutboxStore.setAside(connection, limit);
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
    }
}
