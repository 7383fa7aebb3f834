package io.fogwhisk.lean.runtime;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What is done to a folder with all that is in it; never follows a link. */
final class FileTree {

    private FileTree() {}

    /** Gives everything to a user and its group. */
    static void give(Path root, int user) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                return visitFile(folder, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.setAttribute(file, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(file, "unix:gid", user, LinkOption.NOFOLLOW_LINKS);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * Deletes everything; what is gone already is no failure. Code can nest folders deeper than a path may be long, and
     * take its own rights on them: each folder is brought up to the root, and opened, before it is looked into.
     */
    static void delete(Path root) throws IOException {
        Deque<Path> folders = new ArrayDeque<>(List.of(root));
        int moved = 0;
        while (!folders.isEmpty()) {
            Path folder = folders.removeFirst();
            for (Path inner : deleteFiles(folder)) {
                open(inner);
                Path near = inner;
                if (!folder.equals(root)) {
                    do {
                        near = root.resolve("gone-" + moved++);
                    } while (Files.exists(near, LinkOption.NOFOLLOW_LINKS));
                    Files.move(inner, near);
                }
                folders.addLast(near);
            }
            if (!folder.equals(root)) {
                Files.deleteIfExists(folder);
            }
        }
        Files.deleteIfExists(root);
    }

    /** Deletes what is no folder; the folders are left. */
    private static List<Path> deleteFiles(Path folder) throws IOException {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    folders.add(entry);
                } else {
                    Files.deleteIfExists(entry);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return folders;
    }

    /** Only where the server is no root can a folder be closed to it; then code runs as the server's own user. */
    private static void open(Path folder) throws IOException {
        if (!Files.isReadable(folder) || !Files.isWritable(folder) || !Files.isExecutable(folder)) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
