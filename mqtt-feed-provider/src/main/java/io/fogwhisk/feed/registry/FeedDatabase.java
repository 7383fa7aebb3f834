package io.fogwhisk.feed.registry;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.feed.FeedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The file {@code feeds.db}: the feeds, the subscriptions they left behind, and the messages set aside. */
public final class FeedDatabase implements Service {

    private static final int CAPACITY = 1_024;
    private static final List<String> MIGRATIONS = List.of("""
            create table feed (
                trigger text primary key,
                key text not null,
                kind text not null,
                spec text not null,
                active integer not null,
                reason_kind text,
                reason_code integer,
                reason text,
                changed integer not null,
                revision integer not null
            ) without rowid;
            create table retired (
                id integer primary key,
                namespace text not null,
                url text not null,
                topic text not null
            );
            create table set_aside (
                id integer primary key,
                at integer not null,
                trigger text not null,
                topic text not null,
                payload blob not null,
                reason text not null
            )
            """);

    private final String name;
    private final Path file;
    private @Nullable Database database;
    private @Nullable GroupCommitter committer;

    /**
     * A database that is not open yet.
     *
     * @param name of the thread that commits
     */
    public FeedDatabase(String name, Path file) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.file = Objects.requireNonNull(file, "file is null");
    }

    @Override
    public void start() {
        Database opened = Database.open(file, MIGRATIONS);
        GroupCommitter started = new GroupCommitter(name, opened, Duration.ofMillis(1), CAPACITY);
        started.start();
        database = opened;
        committer = started;
    }

    /** The open file. */
    public Database database() {
        return open(database);
    }

    /** Its one writer. */
    public GroupCommitter committer() {
        return open(committer);
    }

    @Override
    public void close() {
        if (committer != null) {
            committer.close();
        }
    }

    private <T> T open(@Nullable T part) {
        if (part == null) {
            throw new FeedException("database " + file + " is not open");
        }
        return part;
    }
}
