package io.fogwhisk.launcher.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.launcher.LauncherException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfluxTokenTest {

    @TempDir
    Path folder;

    @Test
    void aTokenIsMadeOnceAndKept() {
        String token = InfluxToken.of(folder.resolve("dc-1"));

        assertThat(token).hasSizeGreaterThan(40);
        assertThat(InfluxToken.of(folder.resolve("dc-1"))).isEqualTo(token);
        assertThat(InfluxToken.of(folder.resolve("dc-2"))).isNotEqualTo(token);
    }

    @Test
    void onlyItsOwnerCanReadIt() throws Exception {
        InfluxToken.of(folder);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("influx.token"))))
                .isEqualTo("rw-------");
    }

    @Test
    void anEmptyTokenFileIsNamed() throws Exception {
        Files.writeString(folder.resolve("influx.token"), "\n");

        assertThatThrownBy(() -> InfluxToken.of(folder))
                .isInstanceOf(LauncherException.class)
                .hasMessageContaining("influx.token");
    }
}
