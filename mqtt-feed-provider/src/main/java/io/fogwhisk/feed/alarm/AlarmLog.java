package io.fogwhisk.feed.alarm;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedDatabase;
import io.fogwhisk.wsk.model.QualifiedName;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of the ticks of each alarm: the last one, how many there were, and the last {@value #KEPT} one by one.
 * Whole in memory, and durable in {@code feeds.db} a moment later: what ended while the last write was under way goes
 * with the next, so that no fire waits for the disk. After a crash an alarm may therefore remember a tick too few,
 * never one too many. Thread-safe.
 */
final class AlarmLog implements Service {

    /** How many ticks of an alarm are kept. */
    static final int KEPT = 20;

    private static final Logger LOG = LoggerFactory.getLogger(AlarmLog.class);

    private final FeedDatabase file;
    private final Map<QualifiedName, Alarm> alarms = new ConcurrentHashMap<>();
    private final Set<QualifiedName> changed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean writing = new AtomicBoolean();

    /** How a tick ended. */
    enum Ending {
        /** Its fire was accepted. */
        FIRED,
        /** Its fire was refused. */
        REFUSED,
        /** Its fire was given up. */
        MISSED,
        /** Nobody tried to fire it: it was found out too late. */
        SKIPPED
    }

    /**
     * One tick.
     *
     * @param scheduled when it was meant
     * @param fired when it was tried first, or when it was found to be skipped
     * @param reason why it did not fire; empty if it did
     */
    record Entry(Instant scheduled, Instant fired, Ending ending, String reason) {

        private static final int LONGEST_REASON = 200;

        /** Shortens the reason. */
        Entry {
            if (reason.length() > LONGEST_REASON) {
                reason = reason.substring(0, LONGEST_REASON);
            }
        }

        /** By how many milliseconds it was late. */
        long lateMillis() {
            return fired.toEpochMilli() - scheduled.toEpochMilli();
        }

        private String text() {
            return scheduled.toEpochMilli() + " " + lateMillis() + " " + ending.name() + " "
                    + URLEncoder.encode(reason, StandardCharsets.UTF_8);
        }

        private static Entry parse(String text) {
            String[] parts = text.split(" ", -1);
            long scheduled = Long.parseLong(parts[0]);
            return new Entry(
                    Instant.ofEpochMilli(scheduled),
                    Instant.ofEpochMilli(scheduled + Long.parseLong(parts[1])),
                    Ending.valueOf(parts[2]),
                    parts.length < 4 ? "" : URLDecoder.decode(parts[3], StandardCharsets.UTF_8));
        }
    }

    /** One alarm; guarded by itself. */
    private static final class Alarm {
        private long last = Long.MIN_VALUE;
        private int count;
        private final Deque<Entry> entries = new ArrayDeque<>();

        private void add(Entry entry) {
            last = Math.max(last, entry.scheduled.toEpochMilli());
            entries.addLast(entry);
            if (entries.size() > KEPT) {
                entries.removeFirst();
            }
        }
    }

    /** A log in a database that is opened before this one starts. */
    AlarmLog(FeedDatabase file) {
        this.file = file;
    }

    @Override
    public void start() {
        try (Connection connection = file.database().openReader();
                PreparedStatement select =
                        connection.prepareStatement("select trigger, last, count, entries from alarm_log");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                Alarm alarm = new Alarm();
                alarm.last = rows.getLong(2);
                alarm.count = rows.getInt(3);
                for (String entry : rows.getString(4).split(";", -1)) {
                    if (!entry.isEmpty()) {
                        alarm.entries.addLast(Entry.parse(entry));
                    }
                }
                alarms.put(QualifiedName.parse(rows.getString(1)), alarm);
            }
        } catch (SQLException e) {
            throw file.database().failure("read", e);
        }
    }

    /** Hands over what is not written yet; it is durable when the database is closed. */
    @Override
    public void close() {
        if (!changed.isEmpty()) {
            submit().toCompletableFuture().join();
        }
    }

    /** Adds a tick. */
    void add(QualifiedName trigger, Entry entry) {
        Alarm alarm = alarms.computeIfAbsent(trigger, name -> new Alarm());
        synchronized (alarm) {
            alarm.count++;
            alarm.add(entry);
        }
        changed(trigger);
    }

    /**
     * Adds ticks that nobody fired; they do not count.
     *
     * @param scheduled when they were meant, in order; the last {@value #KEPT} are kept
     * @param found when it was found out
     */
    void skip(QualifiedName trigger, List<Instant> scheduled, Instant found, String reason) {
        if (scheduled.isEmpty()) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("trigger", trigger)
                .addKeyValue("last", scheduled.get(scheduled.size() - 1))
                .addKeyValue("reason", reason)
                .log("ticks of an alarm skipped");
        Alarm alarm = alarms.computeIfAbsent(trigger, name -> new Alarm());
        synchronized (alarm) {
            scheduled.forEach(at -> alarm.add(new Entry(at, found, Ending.SKIPPED, reason)));
        }
        changed(trigger);
    }

    /** Counts from zero again. */
    void restart(QualifiedName trigger) {
        Alarm alarm = alarms.get(trigger);
        if (alarm != null) {
            synchronized (alarm) {
                alarm.count = 0;
            }
            changed(trigger);
        }
    }

    /** Forgets an alarm. */
    void forget(QualifiedName trigger) {
        if (alarms.remove(trigger) != null) {
            changed(trigger);
        }
    }

    /** The latest tick. */
    Optional<Instant> last(QualifiedName trigger) {
        Alarm alarm = alarms.get(trigger);
        if (alarm == null) {
            return Optional.empty();
        }
        synchronized (alarm) {
            return alarm.last == Long.MIN_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(alarm.last));
        }
    }

    /** Up to when no tick of an alarm was missed: it had one, or was made or changed. */
    Instant handled(Feed feed) {
        return last(feed.trigger()).filter(feed.changed()::isBefore).orElse(feed.changed());
    }

    /** How many ticks there were. */
    int count(QualifiedName trigger) {
        Alarm alarm = alarms.get(trigger);
        if (alarm == null) {
            return 0;
        }
        synchronized (alarm) {
            return alarm.count;
        }
    }

    /** The last ticks, the newest first. */
    List<Entry> entries(QualifiedName trigger) {
        Alarm alarm = alarms.get(trigger);
        if (alarm == null) {
            return List.of();
        }
        List<Entry> list = new ArrayList<>(KEPT);
        synchronized (alarm) {
            alarm.entries.descendingIterator().forEachRemaining(list::add);
        }
        return list;
    }

    private void changed(QualifiedName trigger) {
        changed.add(trigger);
        writeSoon();
    }

    private void writeSoon() {
        if (!writing.compareAndSet(false, true)) {
            return;
        }
        submit().whenComplete((written, failure) -> {
            writing.set(false);
            if (failure != null) {
                LOG.atError().setCause(failure).log("ticks of alarms not written");
            } else if (!changed.isEmpty()) {
                writeSoon();
            }
        });
    }

    /** Writes what has changed. What fails is written with the next change of an alarm. */
    private CompletionStage<Integer> submit() {
        Set<QualifiedName> names = new HashSet<>();
        return file.committer().submit(connection -> write(connection, names)).whenComplete((written, failure) -> {
            if (failure != null) {
                changed.addAll(names);
            }
        });
    }

    /** Runs on the committer's thread; again with the same names when another's write fails the transaction. */
    private int write(Connection connection, Set<QualifiedName> names) throws SQLException {
        names.addAll(changed);
        changed.removeAll(names);
        try (PreparedStatement put = connection.prepareStatement(
                        "insert or replace into alarm_log(trigger, last, count, entries) values (?, ?, ?, ?)");
                PreparedStatement delete = connection.prepareStatement("delete from alarm_log where trigger = ?")) {
            for (QualifiedName name : names) {
                Alarm alarm = alarms.get(name);
                if (alarm == null) {
                    delete.setString(1, name.toString());
                    delete.executeUpdate();
                    continue;
                }
                put.setString(1, name.toString());
                synchronized (alarm) {
                    put.setLong(2, alarm.last);
                    put.setInt(3, alarm.count);
                    put.setString(4, alarm.entries.stream().map(Entry::text).collect(Collectors.joining(";")));
                }
                put.executeUpdate();
            }
        }
        return names.size();
    }
}
