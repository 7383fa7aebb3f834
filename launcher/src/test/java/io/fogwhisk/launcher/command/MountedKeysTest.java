package io.fogwhisk.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.launcher.Fogwhisk;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MountedKeysTest {

    @TempDir
    Path folder;

    @Test
    void filesAreNamedLikeVariablesKeysOrTheKeysOfTheFirstProviders() throws Exception {
        // Given: what Kubernetes mounts, whose files are links into a hidden folder
        Path hidden = Files.createDirectories(folder.resolve("..2026"));
        Files.writeString(hidden.resolve("feeds.slim.topics"), "test\n");
        Files.createSymbolicLink(folder.resolve("feeds.slim.topics"), hidden.resolve("feeds.slim.topics"));
        file("FOGWHISK_SITE_ID", "rome");
        file("feeds.slim.batch-bytes", "7");
        file("couchdbUsername", "admin");
        file("apiHost", "whisk");

        // When
        Map<String, String> environment =
                MountedKeys.added(Map.of("FOGWHISK_SITE_ID", "dc-1", "HOME", "/"), List.of(folder));

        // Then
        assertThat(environment)
                .containsOnly(
                        Map.entry("HOME", "/"),
                        Map.entry("FOGWHISK_SITE_ID", "dc-1"),
                        Map.entry("FOGWHISK_FEEDS_SLIM_TOPICS", "test"),
                        Map.entry("FOGWHISK_FEEDS_SLIM_BATCH_BYTES", "7"),
                        Map.entry("COUCHDB_USER", "admin"),
                        Map.entry(MountedKeys.API_HOST, "whisk"));
    }

    @Test
    void whatMeansNothingOrCannotBeReadIsNamed() throws Exception {
        Path stranger = file("topics", "test");

        assertThatThrownBy(() -> MountedKeys.added(Map.of(), List.of(folder, folder.resolve("absent"))))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.faults())
                                .hasSize(2)
                                .anyMatch(fault -> fault.startsWith(stranger + " is not the name of a key"))
                                .anyMatch(fault -> fault.contains("cannot read") && fault.contains("absent")));
    }

    @Test
    void aProviderThatLacksSomethingSaysAllOfItAndEndsWithCodeTwo() throws Exception {
        file("feeds.slim.topics", "test");
        StringWriter err = new StringWriter();
        CommandLine line = Fogwhisk.commandLine();
        line.setErr(new PrintWriter(err, true));

        int code = line.execute("feed-provider", "--config-folder", folder.toString());

        assertThat(code).isEqualTo(2);
        assertThat(err.toString())
                .contains("openwhisk.api-host is needed")
                .contains("feeds.slim.url is needed")
                .doesNotContain("\tat ");
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
