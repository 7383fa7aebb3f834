package io.fogwhisk.base.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads a configuration: one YAML file, and above it environment variables named {@code FOGWHISK_} and the key's path
 * in capitals with underscores ({@code FOGWHISK_MQTT_PORT} is {@code mqtt.port}).
 */
public final class ConfigFile {

    static final String ENVIRONMENT_PREFIX = "FOGWHISK_";

    /** Read by the start script and by the log's own configuration. */
    private static final Set<String> NOT_CONFIGURATION = Set.of("FOGWHISK_JAVA_OPTS", "FOGWHISK_LOG_LEVEL");

    private ConfigFile() {}

    /**
     * Reads a file.
     *
     * @param reader asks the root for every key it knows; what it does not ask for is reported as unknown
     * @throws ConfigException with every fault found
     */
    public static <T> T read(Path file, Map<String, String> environment, Function<ConfigNode, T> reader) {
        try {
            return parse(file.toString(), Files.readString(file), environment, reader);
        } catch (IOException e) {
            throw new ConfigException(List.of("cannot read configuration file " + file + ": " + e.getMessage()));
        }
    }

    /**
     * Reads a text.
     *
     * @param source what messages call the text, such as its file name
     * @throws ConfigException with every fault found
     */
    public static <T> T parse(
            String source, String yaml, Map<String, String> environment, Function<ConfigNode, T> reader) {
        ConfigFaults faults = new ConfigFaults(source, environment);
        ConfigNode root = new ConfigNode(faults, "", tree(source, yaml));
        T value = reader.apply(root);
        root.reportUnknownKeys();
        Set<String> unknown = new TreeSet<>();
        for (String name : environment.keySet()) {
            if (name.startsWith(ENVIRONMENT_PREFIX) && !NOT_CONFIGURATION.contains(name) && !faults.knows(name)) {
                unknown.add("environment variable " + name + " is not the name of any configuration key");
            }
        }
        unknown.forEach(faults::add);
        faults.throwIfAny();
        return value;
    }

    private static JsonNode tree(String source, String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        YAMLMapper mapper =
                new YAMLMapper(YAMLFactory.builder().loaderOptions(options).build());
        try {
            JsonNode tree = mapper.readTree(yaml);
            if (tree == null || tree.isMissingNode() || tree.isNull()) {
                return mapper.createObjectNode();
            }
            if (!tree.isObject()) {
                throw new ConfigException(List.of(source + ": must be a map of keys and values"));
            }
            return tree;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
            String what = e.getOriginalMessage();
            throw new ConfigException(List.of(source + where + ": not valid YAML: "
                    + what.lines().findFirst().orElse(what)));
        }
    }
}
