package io.fogwhisk.base.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {

    @TempDir
    Path folder;

    @Test
    void aFileIsItsOwnersAlone() throws Exception {
        Path file = folder.resolve("secret");

        PrivateFile.replace(file, bytes("one"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PrivateFile.isOpenToOthers(file)).isFalse();
    }

    @Test
    void replacingLeavesTheNewContentAndNothingElse() throws Exception {
        Path file = folder.resolve("secret");
        PrivateFile.replace(file, bytes("one"));
        Files.writeString(folder.resolve("secret.new"), "left by a write that was cut short");

        PrivateFile.replace(file, bytes("two"));

        assertThat(file).hasContent("two");
        assertThat(folder.toFile().list()).containsExactly("secret");
    }

    @Test
    void aFileThatItsGroupMayReadIsOpenUntilRestricted() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "one");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThat(PrivateFile.isOpenToOthers(file)).isTrue();

        PrivateFile.restrict(file);
        assertThat(PrivateFile.isOpenToOthers(file)).isFalse();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
