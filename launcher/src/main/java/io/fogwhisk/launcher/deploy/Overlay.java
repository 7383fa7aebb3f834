package io.fogwhisk.launcher.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fogwhisk.launcher.LauncherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one overlay says: its kustomization, its {@code site.env}, its {@code secret.env}.
 *
 * @param folder of the overlay
 * @param namespace that it is applied to
 * @param components the last parts of the components' paths, such as {@code mosquitto}
 * @param settings its {@code site.env}
 * @param secrets its {@code secret.env}; without lines where there is none yet
 */
record Overlay(Path folder, String namespace, List<String> components, EnvFile settings, EnvFile secrets) {

    static final String SETTINGS_FILE = "site.env";
    static final String SECRETS_FILE = "secret.env";

    Overlay {
        components = List.copyOf(components);
    }

    /**
     * Reads an overlay.
     *
     * @throws LauncherException if a file of it can't be read
     */
    static Overlay read(Path folder) {
        Path file = folder.resolve("kustomization.yaml");
        try {
            JsonNode kustomization = new YAMLMapper().readTree(Files.readString(file));
            List<String> components = new ArrayList<>();
            for (JsonNode component : kustomization.path("components")) {
                components.add(component.asText().replaceFirst(".*components/", ""));
            }
            String namespace = kustomization.path("namespace").asText();
            if (namespace.isEmpty()) {
                throw new LauncherException(file + ": namespace is missing");
            }
            return new Overlay(
                    folder,
                    namespace,
                    components,
                    EnvFile.read(folder.resolve(SETTINGS_FILE)),
                    EnvFile.read(folder.resolve(SECRETS_FILE)));
        } catch (JsonProcessingException e) {
            throw new LauncherException(file + ": not valid YAML: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new LauncherException("cannot read " + file + ": " + e, e);
        }
    }

    /** The id of the site, by default the name of the folder. */
    String id() {
        return settings.value("FOGWHISK_SITE_ID").orElseGet(() -> String.valueOf(folder.getFileName()));
    }

    /** Whether it is the centre's. */
    boolean isCentre() {
        return settings.value("FOGWHISK_SITE_CENTRAL").filter("true"::equals).isPresent();
    }

    /** This with other secrets. */
    Overlay with(EnvFile changed) {
        return new Overlay(folder, namespace, components, settings, changed);
    }
}
