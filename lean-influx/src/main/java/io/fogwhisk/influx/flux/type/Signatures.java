package io.fogwhisk.influx.flux.type;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The types of what the packages of Flux hold, from {@code signatures.txt}: a line {@code [path]} for each package, and
 * for each of its members a line {@code name: type}. Immutable.
 */
public final class Signatures {

    /** The package that needs no import. */
    public static final String UNIVERSE = "universe";

    private final Map<String, Map<String, String>> packages;

    private Signatures(Map<String, Map<String, String>> packages) {
        this.packages = packages;
    }

    /** Reads them. */
    public static Signatures read() {
        Map<String, Map<String, String>> packages = new HashMap<>();
        Map<String, String> members = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(Signatures.class.getResourceAsStream("signatures.txt"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("[")) {
                    members = packages.computeIfAbsent(line.substring(1, line.length() - 1), path -> new HashMap<>());
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    int colon = line.indexOf(':');
                    for (String name : line.substring(0, colon).split(" ", -1)) {
                        members.put(name, line.substring(colon + 1).trim());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Signatures(packages);
    }

    /** The members of a package and their types; empty if there is no such package. */
    public Map<String, String> members(String path) {
        return packages.getOrDefault(path, Map.of());
    }
}
