package io.fogwhisk.launcher.deploy;

import io.fogwhisk.base.file.PrivateFile;
import io.fogwhisk.launcher.LauncherException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file with a {@code KEY=VALUE} per line, as Kustomize's generators read it; blank lines and comments stay as they are.
 * Immutable.
 *
 * @param file where it is, or is to be
 * @param lines without line ends
 */
record EnvFile(Path file, List<String> lines) {

    EnvFile {
        lines = List.copyOf(lines);
    }

    /**
     * Reads a file; one that is not there has no lines.
     *
     * @throws LauncherException if it can't be read, or says a key twice
     */
    static EnvFile read(Path file) {
        try {
            EnvFile read = new EnvFile(file, Files.exists(file) ? Files.readAllLines(file) : List.of());
            read.checkKeys();
            return read;
        } catch (IOException e) {
            throw new LauncherException("cannot read " + file + ": " + e, e);
        }
    }

    /** The value of a key; empty when the key is absent or has none. */
    Optional<String> value(String key) {
        return Optional.ofNullable(values().get(key)).filter(value -> !value.isEmpty());
    }

    /** All keys with their values, in their order. */
    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : lines) {
            key(line).ifPresent(key -> values.put(key, line.substring(line.indexOf('=') + 1)));
        }
        return values;
    }

    /** This with one key set: where it stands, or else at the end. */
    EnvFile with(String key, String value) {
        String line = key + "=" + value;
        List<String> changed = new ArrayList<>(lines);
        for (int i = 0; i < changed.size(); i++) {
            if (key(changed.get(i)).filter(key::equals).isPresent()) {
                changed.set(i, line);
                return new EnvFile(file, changed);
            }
        }
        changed.add(line);
        return new EnvFile(file, changed);
    }

    /**
     * Writes the file, readable by its owner only, in one step.
     *
     * @throws LauncherException if that fails
     */
    void write() {
        String text = String.join("\n", lines) + "\n";
        try {
            PrivateFile.replace(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new LauncherException("cannot write " + file + ": " + e, e);
        }
    }

    @Override
    public String toString() {
        return "EnvFile[" + file + ", keys=" + values().keySet() + "]";
    }

    private void checkKeys() {
        Map<String, Integer> seen = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            int number = i + 1;
            key(lines.get(i)).ifPresent(key -> {
                Integer before = seen.put(key, number);
                if (before != null) {
                    throw new LauncherException(
                            file + ":" + number + ": " + key + " is in line " + before + " already");
                }
            });
        }
    }

    private static Optional<String> key(String line) {
        int equals = line.indexOf('=');
        return equals <= 0 || line.stripLeading().startsWith("#")
                ? Optional.empty()
                : Optional.of(line.substring(0, equals).strip());
    }
}
