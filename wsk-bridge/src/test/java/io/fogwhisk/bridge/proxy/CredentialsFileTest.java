package io.fogwhisk.bridge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.bridge.proxy.Callers.Caller;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsFileTest {

    private static final AuthKey CALLER = AuthKey.parse("00000000-0000-0000-0000-000000000001:" + "c".repeat(64));

    @TempDir
    private Path folder;

    @Test
    void tellsAsWhomEachCallerActs() throws Exception {
        // Given
        Path file = file("# callers\n\n " + CALLER.reveal() + "\tguest " + AuthKey.GUEST.reveal() + "\n"
                + AuthKey.SYSTEM.reveal() + " whisk.system\n");

        // When
        CredentialsFile callers = CredentialsFile.read(file);

        // Then
        assertThat(callers.find(CALLER).toCompletableFuture().join()).contains(new Caller("guest", AuthKey.GUEST));
        assertThat(callers.find(AuthKey.SYSTEM).toCompletableFuture().join())
                .contains(new Caller("whisk.system", AuthKey.SYSTEM));
        assertThat(callers.find(AuthKey.GUEST).toCompletableFuture().join()).isEmpty();
    }

    @Test
    void refusesAFileThatOthersMayRead() throws Exception {
        Path file = file(CALLER.reveal() + " guest");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> CredentialsFile.read(file))
                .isInstanceOf(WskException.class)
                .hasMessageContaining("chmod 600");
    }

    @ParameterizedTest
    @ValueSource(strings = {"KEY", "KEY guest KEY more", "nokey guest", "KEY _", "KEY guest nokey", "KEY a\nKEY b"})
    void namesTheLineThatIsWrongAndNoKey(String text) throws Exception {
        Path file = file("# first\n" + text.replace("KEY", CALLER.reveal()));

        assertThatThrownBy(() -> CredentialsFile.read(file))
                .isInstanceOf(WskException.class)
                .hasMessageContaining(file + " line ")
                .hasMessageNotContaining("cccc");
    }

    @Test
    void refusesAFileWithoutCallersAndOneThatIsNotThere() throws Exception {
        Path empty = file("# nobody");

        assertThatThrownBy(() -> CredentialsFile.read(empty)).hasMessageContaining("names no caller");
        assertThatThrownBy(() -> CredentialsFile.read(folder.resolve("none")))
                .isInstanceOf(WskException.class)
                .hasMessageContaining("there is no file");
    }

    private Path file(String text) throws Exception {
        Path file = folder.resolve("callers");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }
}
