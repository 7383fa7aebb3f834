package io.fogwhisk.lean.runtime;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The processes of this machine as Linux's {@code /proc} shows them; elsewhere there are none. Thread-safe. */
final class ProcessTable {

    private static final long PAGE_BYTES = 4_096;
    private static final long SHARED_NANOS = 80_000_000;

    private Snapshot last = Snapshot.EMPTY;
    private long lastAt;

    /**
     * A process.
     *
     * @param parent its parent's id
     * @param session the id of the process that leads its session
     * @param residentBytes memory in use
     */
    record Entry(long parent, long session, long residentBytes) {}

    /**
     * What ran at one moment.
     *
     * @param entries by process id
     */
    record Snapshot(Map<Long, Entry> entries) {

        /** Nothing. */
        static final Snapshot EMPTY = new Snapshot(Map.of());

        /** A process, its descendants, and who else is in its session; also if the process itself has ended. */
        List<Long> family(long root) {
            Set<Long> members = new HashSet<>();
            members.add(root);
            boolean grown = true;
            while (grown) {
                grown = false;
                for (Map.Entry<Long, Entry> entry : entries.entrySet()) {
                    Entry process = entry.getValue();
                    if (process.session() == root || members.contains(process.parent())) {
                        grown |= members.add(entry.getKey());
                    }
                }
            }
            List<Long> alive = new ArrayList<>(members);
            alive.removeIf(pid -> !entries.containsKey(pid));
            return alive;
        }

        /** The memory in use by some processes, in bytes. */
        long residentBytes(List<Long> pids) {
            long sum = 0;
            for (long pid : pids) {
                Entry entry = entries.get(pid);
                sum += entry == null ? 0 : entry.residentBytes();
            }
            return sum;
        }
    }

    /** What runs now. */
    Snapshot snapshot() {
        String[] names = new File("/proc").list();
        if (names == null) {
            return Snapshot.EMPTY;
        }
        Map<Long, Entry> entries = new HashMap<>();
        for (String name : names) {
            if (Character.isDigit(name.charAt(0))) {
                Entry entry = read(Path.of("/proc", name, "stat"));
                if (entry != null) {
                    entries.put(Long.parseLong(name), entry);
                }
            }
        }
        return new Snapshot(entries);
    }

    /** What ran a tenth of a second ago or less; for many callers at the same time. */
    synchronized Snapshot recent() {
        long now = System.nanoTime();
        if (last.entries().isEmpty() || now - lastAt > SHARED_NANOS) {
            last = snapshot();
            lastAt = now;
        }
        return last;
    }

    /** The memory in use by one process alone, in bytes; 0 if it has ended. */
    long residentBytes(long pid) {
        Entry entry = read(Path.of("/proc", Long.toString(pid), "stat"));
        return entry == null ? 0 : entry.residentBytes();
    }

    /** Whether a process runs under a user id, or has ended without its parent having noticed. */
    boolean hasAny(int user) {
        String[] names = new File("/proc").list((folder, name) -> Character.isDigit(name.charAt(0)));
        String line = "\nUid:\t" + user + "\t";
        for (String name : names == null ? new String[0] : names) {
            if (text(Path.of("/proc", name, "status")).contains(line)) {
                return true;
            }
        }
        return false;
    }

    private static @org.jspecify.annotations.Nullable Entry read(Path stat) {
        try {
            String text = text(stat);
            // The name in parentheses may hold anything; after it: state, parent, group, session, ..., pages.
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            if (fields[0].equals("Z")) {
                return null;
            }
            return new Entry(
                    Long.parseLong(fields[1]), Long.parseLong(fields[3]), Long.parseLong(fields[21]) * PAGE_BYTES);
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            // It has ended between the look at the folder and this one.
            return null;
        }
    }

    /** Empty if the process has ended meanwhile. */
    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
