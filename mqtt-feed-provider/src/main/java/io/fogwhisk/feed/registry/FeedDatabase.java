package io.fogwhisk.feed.registry;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.feed.FeedException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file {@code feeds.db}: the feeds, the subscriptions they left behind, the messages set aside, the ticks of alarms, and the numbers of messages. */
public final class FeedDatabase implements Service {

    private static final int SPARE = 1_024;
    private static final Set<PosixFilePermission> OWNER =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final List<String> MIGRATIONS = List.of(
            """
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
            """,
            "create table own_broker (id integer primary key, host text not null, port integer not null)",
            """
            alter table feed add column declared integer not null default 0;
            alter table own_broker rename to own_broker_before;
            create table own_broker (id integer primary key, url text not null);
            insert into own_broker select id, 'mqtt://' || host || ':' || port from own_broker_before;
            drop table own_broker_before
            """,
            """
            alter table set_aside add column flags integer not null default 0;
            alter table set_aside add column properties text not null default '{}';
            alter table set_aside add column received integer not null default 0;
            update set_aside set received = at
            """,
            """
            create table alarm_log (
                trigger text primary key,
                last integer not null,
                count integer not null,
                entries text not null
            ) without rowid;
            create table alarm_shared (
                trigger text primary key,
                revision integer not null,
                stamp text not null
            ) without rowid
            """,
            """
            create table sequence (
                trigger text primary key,
                about text not null,
                missing integer not null,
                repeated integer not null,
                restarts integer not null,
                unknown integer not null,
                unnumbered integer not null,
                clean integer not null
            ) without rowid;
            create table sequence_device (
                trigger text not null,
                device text not null,
                last integer not null,
                holes text not null,
                primary key (trigger, device)
            ) without rowid
            """);

    private final String name;
    private final Path file;
    private final int capacity;
    private @Nullable Database database;
    private @Nullable GroupCommitter committer;

    /**
     * A database that is not open yet.
     *
     * @param name of the thread that commits
     * @param writers how many fires may want to write at the same time; the queue has room for all of them, because
     *     a write may follow from another on the thread that commits, which must not wait for itself
     */
    public FeedDatabase(String name, Path file, int writers) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.file = Objects.requireNonNull(file, "file is null");
        this.capacity = writers + SPARE;
    }

    @Override
    public void start() {
        createPrivately();
        Database opened = Database.open(file, MIGRATIONS);
        GroupCommitter started = new GroupCommitter(name, opened, Duration.ofMillis(1), capacity);
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

    /** Keys and passwords are in there. SQLite gives its other files the permissions of this one. */
    private void createPrivately() {
        if (Files.exists(file)
                || !FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER));
        } catch (IOException e) {
            throw new FeedException("cannot create database " + file + ": " + e + "; check the data folder", e);
        }
    }

    private <T> T open(@Nullable T part) {
        if (part == null) {
            throw new FeedException("database " + file + " is not open");
        }
        return part;
    }
}
