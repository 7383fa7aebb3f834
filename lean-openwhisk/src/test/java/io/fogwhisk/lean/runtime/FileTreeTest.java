package io.fogwhisk.lean.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an action may leave behind in its folder. */
class FileTreeTest {

    @TempDir
    private Path folder;

    @Test
    void deletesFoldersThatAreNestedDeeperThanAPathIsLong() throws IOException {
        Path top = Files.createDirectory(folder.resolve("top"));
        Files.writeString(top.resolve("file"), "x");
        for (int i = 0; i < 1_500; i++) {
            Path above = Files.createDirectory(folder.resolve("above"));
            Files.writeString(above.resolve("file"), "x");
            Files.createDirectory(above.resolve("gone-" + i));
            Files.move(top, above.resolve("inner"));
            Files.move(above, top);
        }

        FileTree.delete(top);

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void deletesALinkAndAClosedFolderButNotWhatTheLinkLeadsTo() throws IOException {
        Path kept =
                Files.writeString(Files.createDirectory(folder.resolve("kept")).resolve("file"), "x");
        Path root = Files.createDirectory(folder.resolve("root"));
        Files.createSymbolicLink(root.resolve("link"), kept.getParent());
        Path closed = Files.createDirectories(root.resolve("a/closed"));
        Files.writeString(closed.resolve("file"), "x");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));

        FileTree.delete(root);
        FileTree.delete(root);

        assertThat(root).doesNotExist();
        assertThat(kept).exists();
    }
}
