package io.fogwhisk.launcher.command;

import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.launcher.site.SiteConfig;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that names a site's configuration. */
final class SiteOption {

    @Option(names = "--config", paramLabel = "FILE", description = "the site's configuration; see samples/site.yaml")
    private Optional<Path> file = Optional.empty();

    /** What the file and the environment say. */
    SiteConfig read() {
        return file.map(path -> ConfigFile.read(path, System.getenv(), SiteConfig::read))
                .orElseGet(() -> ConfigFile.parse("environment", "", System.getenv(), SiteConfig::read));
    }

    /** What to add to another command so that it is about the same site, with a blank before it. */
    String again() {
        return file.map(path -> " --config " + path).orElse("");
    }
}
