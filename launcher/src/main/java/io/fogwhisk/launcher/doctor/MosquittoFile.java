package io.fogwhisk.launcher.doctor;

import io.fogwhisk.feed.registry.Broker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The configuration of a Mosquitto that runs on this machine: what it keeps can be read there and nowhere else. Keys and
 * defaults are those of mosquitto.conf(5) of version 2.0.
 *
 * @param file it was started with
 * @param values by key, the last one of each
 * @param ports that it listens on
 */
record MosquittoFile(Path file, Map<String, String> values, Set<Integer> ports) {

    private static final int DEFAULT_PORT = 1883;
    private static final int DEEPEST = 4;
    private static final long DEFAULT_QUEUE = 1_000;
    private static final long DEFAULT_AUTOSAVE_SECONDS = 1_800;
    private static final long RARE_AUTOSAVE_SECONDS = 60;
    private static final String PERSISTENCE = "persistence";
    private static final String EXPIRATION = "persistent_client_expiration";

    MosquittoFile {
        Objects.requireNonNull(file, "file is null");
        values = Map.copyOf(values);
        ports = Set.copyOf(ports);
    }

    /** That of the broker at an address, if it runs on this machine and its file can be read by us. */
    static Optional<MosquittoFile> of(Broker broker) {
        try {
            if (!InetAddress.getByName(broker.host()).isLoopbackAddress()) {
                return Optional.empty();
            }
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
        try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
            return processes
                    .flatMap(process -> started(process).stream())
                    .distinct()
                    .flatMap(file -> read(file).stream())
                    .filter(found -> found.ports.contains(broker.port()))
                    .findFirst();
        }
    }

    /** Reads a file and what it includes; empty if that is not allowed. */
    static Optional<MosquittoFile> read(Path file) {
        Map<String, String> values = new HashMap<>();
        Set<Integer> ports = new HashSet<>();
        try {
            read(file, 0, values, ports);
        } catch (IOException e) {
            return Optional.empty();
        }
        if (ports.isEmpty()) {
            ports.add(DEFAULT_PORT);
        }
        return Optional.of(new MosquittoFile(file, values, ports));
    }

    /** The file that a process was started with, if it is a Mosquitto. */
    private static Optional<Path> started(ProcessHandle process) {
        List<String> words = new ArrayList<>();
        ProcessHandle.Info info = process.info();
        info.command().ifPresent(words::add);
        info.arguments().ifPresent(more -> words.addAll(List.of(more)));
        if (info.arguments().isEmpty()) {
            info.commandLine().ifPresent(line -> words.addAll(List.of(line.split(" "))));
        }
        boolean mosquitto =
                words.stream().limit(2).anyMatch(word -> word.equals("mosquitto") || word.endsWith("/mosquitto"));
        int option = words.indexOf("-c");
        return mosquitto && option >= 0 && option + 1 < words.size()
                ? Optional.of(Path.of(words.get(option + 1))).filter(Path::isAbsolute)
                : Optional.empty();
    }

    private static void read(Path file, int depth, Map<String, String> values, Set<Integer> ports) throws IOException {
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            String[] words = line.strip().split("\\s+", 3);
            if (words.length < 2 || words[0].startsWith("#")) {
                continue;
            }
            switch (words[0]) {
                case "listener", "port" -> number(words[1]).ifPresent(port -> ports.add(port.intValue()));
                case "include_dir" -> {
                    if (depth < DEEPEST) {
                        for (Path each : included(Path.of(words[1]))) {
                            read(each, depth + 1, values, ports);
                        }
                    }
                }
                default -> values.put(words[0], words[1]);
            }
        }
    }

    private static List<Path> included(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(each -> each.toString().endsWith(".conf"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * What its settings mean to feeds.
     *
     * @param tried how many messages for one session the broker was seen to keep or to drop
     */
    List<Finding> findings(String subject, int tried) {
        List<Finding> findings = new ArrayList<>();
        if (isTrue(PERSISTENCE)) {
            autosave(subject, findings);
        } else {
            findings.add(Finding.bad(
                    subject,
                    "keeps sessions and what waits for them in memory only: its restart loses both; set 'persistence"
                            + " true' in " + file));
        }
        long queue = value("max_queued_messages", DEFAULT_QUEUE);
        if (queue > tried) {
            findings.add(Finding.note(
                    subject,
                    "keeps at most " + queue + " messages for a session that is away, and drops what is beyond: "
                            + Outage.covered(queue) + "; 'max_queued_messages 0' in " + file + " keeps all"));
        }
        long bytes = value("max_queued_bytes", 0);
        if (bytes > 0) {
            findings.add(Finding.note(
                    subject,
                    "keeps at most " + bytes + " bytes for a session that is away, and drops what is beyond;"
                            + " 'max_queued_bytes 0' in " + file + " keeps all"));
        }
        Optional.ofNullable(values.get(EXPIRATION))
                .ifPresent(time -> findings.add(
                        time.endsWith("h")
                                ? Finding.bad(subject, expires(time) + "; raise it in " + file)
                                : Finding.note(subject, expires(time))));
        return findings;
    }

    private static String expires(String time) {
        return "throws sessions away that were not used for " + time + " (" + EXPIRATION
                + "): messages are lost when the provider is away for longer";
    }

    private void autosave(String subject, List<Finding> findings) {
        long seconds = value("autosave_interval", DEFAULT_AUTOSAVE_SECONDS);
        boolean seldom = !isTrue("autosave_on_changes") && (seconds == 0 || seconds > RARE_AUTOSAVE_SECONDS);
        if (seldom) {
            findings.add(Finding.note(
                    subject,
                    "writes to disk " + (seconds == 0 ? "at its end only" : "every " + Outage.words((double) seconds))
                            + ": killed, or at a power cut, it forgets what it acknowledged since; lower"
                            + " autosave_interval in " + file));
        } else {
            findings.add(Finding.ok(subject, "keeps sessions over a restart of its own (" + file + ")"));
        }
    }

    private boolean isTrue(String key) {
        return Arrays.asList("true", "1").contains(values.getOrDefault(key, "false"));
    }

    private long value(String key, long otherwise) {
        return number(values.getOrDefault(key, "")).orElse(otherwise);
    }

    private static Optional<Long> number(String text) {
        return text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
