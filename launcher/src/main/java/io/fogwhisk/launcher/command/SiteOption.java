package io.fogwhisk.launcher.command;

import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.launcher.site.SiteConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options that name a site's configuration. */
final class SiteOption {

    @Option(names = "--config", paramLabel = "FILE", description = "the site's configuration; see samples/site.yaml")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--config-folder",
            paramLabel = "DIR",
            description =
                    "a folder with one file per key, as Kubernetes mounts a ConfigMap or a Secret; can be repeated")
    private List<Path> folders = new ArrayList<>();

    /**
     * What the file, the folders and the environment say. The API host of the environment of the first MQTT feed
     * providers counts unless {@code openwhisk.api-host} is given, for every command alike.
     */
    SiteConfig read() {
        Map<String, String> environment = environment();
        Optional<String> apiHost =
                Optional.ofNullable(environment.get(MountedKeys.API_HOST)).filter(host -> !host.isBlank());
        Function<ConfigNode, SiteConfig> reader = root -> SiteConfig.read(root, apiHost);
        return file.map(path -> ConfigFile.read(path, environment, reader))
                .orElseGet(() -> ConfigFile.parse("environment", "", environment, reader));
    }

    /** The environment, with what the folders add to it. */
    Map<String, String> environment() {
        return MountedKeys.added(System.getenv(), folders);
    }

    /** Whether the command line names a configuration. */
    boolean given() {
        return file.isPresent() || !folders.isEmpty();
    }

    /** What to add to another command so that it is about the same site, with a blank before it. */
    String again() {
        return file.map(path -> " --config " + path).orElse("")
                + folders.stream().map(folder -> " --config-folder " + folder).collect(Collectors.joining());
    }
}
