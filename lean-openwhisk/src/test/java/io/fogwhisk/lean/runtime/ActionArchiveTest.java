package io.fogwhisk.lean.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.lean.store.LeanException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActionArchiveTest {

    private static final ActionArchive SMALL = new ActionArchive(20, 1_000_000);

    @TempDir
    Path folder;

    @Test
    void anArchiveIsUnpackedWithItsFoldersForEveryUserToRead() throws IOException {
        // Given
        Path target = folder.resolve("code");

        // When
        SMALL.unpack(
                ZipText.of("package.json", "{}", "node_modules/", "", "node_modules/a/index.js", "x", "./b.js", "y"),
                target);

        // Then
        assertThat(target.resolve("package.json")).hasContent("{}");
        assertThat(target.resolve("node_modules/a/index.js")).hasContent("x");
        assertThat(target.resolve("b.js")).hasContent("y");
        assertThat(permissions(target.resolve("node_modules/a"))).isEqualTo("rwxr-xr-x");
        assertThat(permissions(target.resolve("package.json"))).isEqualTo("rw-r--r--");
        assertThat(left()).containsExactly("code");
    }

    @Test
    void aFileThatIsExecutableInTheArchiveStaysSo() throws IOException {
        // Given
        byte[] zip = ZipText.bytes("run", "#!/bin/sh");
        unixMode(zip, 0100755);

        // When
        SMALL.unpack(ZipText.base64(zip), folder.resolve("code"));

        // Then
        assertThat(permissions(folder.resolve("code/run"))).isEqualTo("rwxr-xr-x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "a/../../evil",
                "a/..",
                "/etc/evil",
                "..\\evil",
                "C:\\evil",
                "a\\b",
                "",
                ".",
                "nul\0byte"
            })
    void aNameThatLeadsElsewhereIsRefusedAndNothingIsWritten(String name) throws IOException {
        // Given
        String archive = ZipText.of("first.js", "x", name, "evil");

        // When / Then
        assertThatThrownBy(() -> SMALL.unpack(archive, folder.resolve("code")))
                .isInstanceOf(LeanException.class)
                .hasMessageContaining("archive");
        assertThat(left()).isEmpty();
    }

    @Test
    void aLinkIsRefused() throws IOException {
        // Given
        byte[] zip = ZipText.bytes("link", "/etc/passwd");
        unixMode(zip, 0120777);

        // When / Then
        assertThatThrownBy(() -> SMALL.unpack(ZipText.base64(zip), folder.resolve("code")))
                .isInstanceOf(LeanException.class)
                .hasMessageContaining("'link' is a link or a device");
        assertThat(left()).isEmpty();
    }

    @Test
    void aNameThatOccursTwiceIsRefused() throws IOException {
        // Given two entries of one name, which the JDK writes only under different ones
        byte[] zip = new String(ZipText.bytes("a.js", "1", "b.js", "2"), StandardCharsets.ISO_8859_1)
                .replace("b.js", "a.js")
                .getBytes(StandardCharsets.ISO_8859_1);

        // When / Then
        assertThatThrownBy(() -> SMALL.unpack(ZipText.base64(zip), folder.resolve("code")))
                .isInstanceOf(LeanException.class)
                .hasMessageContaining("'a.js' occurs twice");
        assertThatThrownBy(() -> SMALL.unpack(ZipText.of("a.js", "1", "./a.js", "2"), folder.resolve("code")))
                .hasMessageContaining("'./a.js' occurs twice");
        assertThat(left()).isEmpty();
    }

    @Test
    void aFileThatIsAlsoAFolderIsRefused() {
        assertThatThrownBy(() -> SMALL.unpack(ZipText.of("a", "1", "a/b", "2"), folder.resolve("code")))
                .isInstanceOf(LeanException.class)
                .hasMessageContaining("'a' is both a file and a folder");
        assertThat(left()).isEmpty();
    }

    @Test
    void aBombIsFoundWhileItIsUnpackedAndNothingOfItStays() throws IOException {
        // Given
        String archive = ZipText.of("small.js", "x", "bomb", "0".repeat(5_000_000));
        assertThat(archive.length()).isLessThan(10_000);

        // When / Then
        assertThatThrownBy(() -> SMALL.unpack(archive, folder.resolve("code")))
                .isInstanceOf(LeanException.class)
                .hasMessage("The action's archive unpacks to more than 1000000 bytes.");
        assertThat(left()).isEmpty();
    }

    @Test
    void aBombThatLiesAboutItsSizeIsFoundToo() throws IOException {
        // Given an entry whose central header declares one byte
        byte[] zip = ZipText.bytes("bomb", "0".repeat(5_000_000));
        int header = centralHeader(zip);
        writeInt(zip, header + 24, 1);

        // When / Then
        assertThatThrownBy(() -> SMALL.unpack(ZipText.base64(zip), folder.resolve("code")))
                .isInstanceOf(LeanException.class);
        assertThat(left()).isEmpty();
    }

    @Test
    void tooManyFilesAreRefused() throws IOException {
        // Given
        String archive = ZipText.of(IntStream.range(0, 21)
                .boxed()
                .flatMap(i -> Stream.of("f" + i, ""))
                .toArray(String[]::new));

        // When / Then
        assertThatThrownBy(() -> SMALL.unpack(archive, folder.resolve("code")))
                .isInstanceOf(LeanException.class)
                .hasMessage("The action's archive holds more than 20 files or folders.");
        assertThatThrownBy(() -> SMALL.write(archive, folder.resolve("code.jar")))
                .isInstanceOf(LeanException.class);
        assertThat(left()).isEmpty();
    }

    @Test
    void tooManyFoldersAreRefusedThoughFewEntriesNameThem() throws IOException {
        assertThatThrownBy(() -> SMALL.unpack(ZipText.of("a/".repeat(30) + "f", ""), folder.resolve("code")))
                .hasMessage("The action's archive holds more than 20 files or folders.");
        assertThatThrownBy(() ->
                        ActionArchive.DEFAULT.unpack(ZipText.of("a/".repeat(70) + "f", ""), folder.resolve("code")))
                .hasMessageContaining("more than 64 folders deep");
        assertThat(left()).isEmpty();
    }

    @Test
    void aNameThatIsTooLongIsRefused() throws IOException {
        assertThatThrownBy(() -> SMALL.unpack(ZipText.of("a".repeat(2_000), ""), folder.resolve("code")))
                .isInstanceOf(LeanException.class)
                .hasMessageContaining("more than 1024 characters");
        assertThat(left()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "UEsFBg==", "aGVsbG8gd29ybGQ=", "UEsDBAoAAAAAAIRkd1kAAAAAAAAAAAAAAAAFABwA"})
    void whatIsNotAnArchiveIsRefused(String code) {
        assertThatThrownBy(() -> SMALL.unpack(code, folder.resolve("code")))
                .isInstanceOf(LeanException.class)
                .hasMessageStartingWith("The action's archive cannot be read: ");
        assertThatThrownBy(() -> SMALL.write(code, folder.resolve("code.jar"))).isInstanceOf(LeanException.class);
        assertThat(left()).isEmpty();
    }

    @Test
    void anArchiveWhoseDataIsDamagedIsRefused() throws IOException {
        // Given
        byte[] zip = ZipText.bytes("a.js", "one two three four five six seven eight nine ten".repeat(100));
        for (int i = 40; i < 60; i++) {
            zip[i] = -1;
        }

        // When / Then
        assertThatThrownBy(() -> SMALL.unpack(ZipText.base64(zip), folder.resolve("code")))
                .isInstanceOf(LeanException.class)
                .hasMessageStartingWith("The action's archive cannot be read: ");
        assertThat(left()).isEmpty();
    }

    @Test
    void whatIsNotBase64IsRefused() {
        assertThatThrownBy(() -> SMALL.unpack("function main() {}", folder.resolve("code")))
                .isInstanceOf(LeanException.class)
                .hasMessageStartingWith("The code of the action is not base64: ");
        assertThat(left()).isEmpty();
    }

    @Test
    void aDiskThatFailsIsNotBlamedOnTheArchive() {
        assertThatThrownBy(() -> SMALL.unpack(ZipText.of("a.js", "x"), folder.resolve("no/such/folder")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("cannot unpack an action's archive");
    }

    @Test
    void aLongArchiveIsWrittenAsItIs() throws IOException {
        // Given more than one piece of base64, with a line end behind it
        byte[] zip = ZipText.bytes("a", incompressible());

        // When
        SMALL.write(ZipText.base64(zip) + "\n", folder.resolve("code.jar"));

        // Then
        assertThat(folder.resolve("code.jar")).hasBinaryContent(zip);
        assertThat(permissions(folder.resolve("code.jar"))).isEqualTo("rw-r--r--");
    }

    private List<String> left() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String incompressible() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < 300_000; i++) {
            text.append(Integer.toHexString(Integer.hashCode(i * 0x9E3779B9) * 31 ^ i * i));
        }
        return text.toString();
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /** Gives the only entry of an archive a Unix mode, which the JDK cannot write. */
    private static void unixMode(byte[] zip, int mode) {
        int header = centralHeader(zip);
        zip[header + 5] = 3;
        writeInt(zip, header + 38, mode << 16);
    }

    private static int centralHeader(byte[] zip) {
        return new String(zip, StandardCharsets.ISO_8859_1).lastIndexOf("PK\001\002");
    }

    private static void writeInt(byte[] zip, int at, int value) {
        for (int i = 0; i < 4; i++) {
            zip[at + i] = (byte) (value >>> (8 * i));
        }
    }
}
