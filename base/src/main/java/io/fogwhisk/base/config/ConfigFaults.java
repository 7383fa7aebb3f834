package io.fogwhisk.base.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The faults of one configuration, and the environment that overrides it. Used by the thread that reads. */
final class ConfigFaults {

    private final String source;
    private final Map<String, String> environment;
    private final Set<String> asked = new HashSet<>();
    private final List<String> faults = new ArrayList<>();

    ConfigFaults(String source, Map<String, String> environment) {
        this.source = source;
        this.environment = environment;
    }

    Optional<String> environment(String path) {
        String name = ConfigFile.ENVIRONMENT_PREFIX
                + path.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
        asked.add(name);
        return Optional.ofNullable(environment.get(name));
    }

    boolean knows(String variable) {
        return asked.contains(variable);
    }

    void add(String fault) {
        faults.add(fault);
    }

    void addAt(String path, String fault) {
        faults.add(source + ": " + path + " " + fault);
    }

    void throwIfAny() {
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
    }
}
