package io.fogwhisk.launcher.command;

import io.fogwhisk.base.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads folders with one file per key, the way Kubernetes mounts a ConfigMap or a Secret, as if they were the
 * environment. A file is named like an environment variable, like a key of the configuration with its path
 * ({@code feeds.slim.topics}), or like a key of the ConfigMap of the first MQTT feed providers. Stateless.
 */
final class MountedKeys {

    /** Where the OpenWhisk is, in the environment of the first MQTT feed providers. */
    static final String API_HOST = "OPENWHISK_API_HOSTNAME";

    /** Their database, which is not needed any more. */
    static final List<String> DATABASE = List.of("COUCHDB_USER", "COUCHDB_PASS", "COUCHDB_HOST", "COUCHDB_HOST_PORT");

    private static final Map<String, String> CONFIG_MAP = Map.of(
            "couchdbUsername", "COUCHDB_USER",
            "couchdbPassword", "COUCHDB_PASS",
            "couchdbGateway", "COUCHDB_HOST",
            "couchdbExtPort", "COUCHDB_HOST_PORT",
            "apiHost", API_HOST);
    private static final String PREFIX = "FOGWHISK_";

    private MountedKeys() {}

    /**
     * The environment, with what the folders add to it. What the environment has wins, then the first folder.
     *
     * @throws ConfigException with every file that cannot be read or has a name that means nothing
     */
    static Map<String, String> added(Map<String, String> environment, List<Path> folders) {
        Map<String, String> all = new HashMap<>(environment);
        List<String> faults = new ArrayList<>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> !name(file).startsWith(".") && Files.isRegularFile(file))
                        .sorted()
                        .forEach(file -> add(all, file, faults));
            } catch (IOException e) {
                faults.add("--config-folder: cannot read " + folder + ": " + e);
            }
        }
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
        return all;
    }

    private static void add(Map<String, String> all, Path file, List<String> faults) {
        Optional<String> variable = variable(name(file));
        if (variable.isEmpty()) {
            faults.add(file + " is not the name of a key: name it like an environment variable (FOGWHISK_MQTT_URL) or"
                    + " like the key (mqtt.url)");
            return;
        }
        try {
            // Editors and shells end a file with a line end that is not meant.
            all.putIfAbsent(variable.get(), Files.readString(file).strip());
        } catch (IOException e) {
            faults.add("cannot read " + file + ": " + e);
        }
    }

    private static Optional<String> variable(String name) {
        if (CONFIG_MAP.containsKey(name)) {
            return Optional.ofNullable(CONFIG_MAP.get(name));
        }
        if (name.startsWith(PREFIX) || CONFIG_MAP.containsValue(name)) {
            return Optional.of(name);
        }
        return name.matches("[a-z0-9-]+(\\.[a-z0-9-]+)+")
                ? Optional.of(PREFIX + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT))
                : Optional.empty();
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
