package io.fogwhisk.lean.runtime;

import io.fogwhisk.lean.store.LeanException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks the archives that users upload, which may have been made to do harm.
 *
 * <p>Nothing is written before every name was checked: names that lead out of the folder, links, and files that occur
 * twice are refused. What an archive says of its sizes is not believed: bytes are counted while they are written. When
 * an archive is refused, nothing of it stays. Every user of the machine can read what is written, as children run as
 * another user than the server; whoever is not to must be kept out of the folder around it. Immutable.
 *
 * @param maxEntries files, and also folders, that an archive may unpack to, at least 1
 * @param maxBytes that an archive may unpack to, at least 1
 */
record ActionArchive(int maxEntries, long maxBytes) {

    /** Fifty thousand entries, 512 MB. */
    static final ActionArchive DEFAULT = new ActionArchive(50_000, 512L * 1024 * 1024);

    private static final int MAX_NAME = 1_024;
    private static final int MAX_DEPTH = 64;
    private static final int CHUNK = 64 * 1024;
    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("rw-r--r--");

    /** Checks the ranges. */
    ActionArchive {
        if (maxEntries < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("maxEntries and maxBytes must be at least 1");
        }
    }

    /**
     * Unpacks a zip. Files stay executable that are so in the zip.
     *
     * @param base64 of the zip
     * @param folder to unpack into, which must not exist; its parent must, and must belong to the server alone
     * @throws LeanException if the archive is refused; the message is for the developer of the action
     * @throws UncheckedIOException if the disk fails
     */
    void unpack(String base64, Path folder) {
        Path file = folder.resolveSibling(folder.getFileName() + ".zip");
        boolean done = false;
        try {
            decode(base64, file);
            try (ZipFile zip = new ZipFile(file.toFile())) {
                Map<String, Integer> modes = UnixModes.read(file);
                write(zip, contents(zip, modes, folder), modes);
            }
            done = true;
        } catch (ZipException | EOFException e) {
            throw notAnArchive(e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack an action's archive: " + e.getMessage(), e);
        } finally {
            delete(file);
            if (!done) {
                delete(folder);
            }
        }
    }

    /**
     * Writes an archive as it is, for a language that reads archives itself, such as a jar.
     *
     * @param base64 of a zip
     * @param file to write, which must not exist
     * @throws LeanException if it is not a zip or has too many entries; the message is for the developer of the action
     * @throws UncheckedIOException if the disk fails
     */
    void write(String base64, Path file) {
        boolean done = false;
        try {
            decode(base64, file);
            try (ZipFile zip = new ZipFile(file.toFile())) {
                checkCount(zip.size());
            }
            Files.setPosixFilePermissions(file, PLAIN);
            done = true;
        } catch (ZipException | EOFException e) {
            throw notAnArchive(e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write an action's archive: " + e.getMessage(), e);
        } finally {
            if (!done) {
                delete(file);
            }
        }
    }

    /** Deletes a file, or a folder with everything in it, without following links; what is not there is fine. */
    static void delete(Path path) {
        try {
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                        throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    Files.delete(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path + ": " + e.getMessage(), e);
        }
    }

    private static void decode(String base64, Path file) throws IOException {
        // In pieces, as code of 48 MB would otherwise be in memory twice; four characters make three bytes.
        String text = base64.strip();
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            for (int from = 0; from < text.length(); from += CHUNK) {
                out.write(Base64.getDecoder().decode(text.substring(from, Math.min(text.length(), from + CHUNK))));
            }
        } catch (IllegalArgumentException e) {
            throw new LeanException(400, "The code of the action is not base64: " + e.getMessage(), e);
        }
    }

    private Contents contents(ZipFile zip, Map<String, Integer> modes, Path folder) {
        checkCount(zip.size());
        Map<Path, ZipEntry> files = new LinkedHashMap<>();
        Set<Path> folders = new LinkedHashSet<>();
        folders.add(folder);
        Iterator<? extends ZipEntry> entries = zip.entries().asIterator();
        while (entries.hasNext()) {
            ZipEntry entry = entries.next();
            Path path = checked(entry.getName(), folder);
            if (UnixModes.special(modes.getOrDefault(entry.getName(), 0))) {
                throw refused(entry.getName(), "is a link or a device");
            }
            if (!entry.isDirectory() && files.put(path, entry) != null) {
                throw refused(entry.getName(), "occurs twice");
            }
            Path parent = entry.isDirectory() ? path : path.getParent();
            while (parent != null && folders.add(parent)) {
                parent = parent.getParent();
            }
            checkCount(folders.size());
        }
        files.forEach((path, entry) -> {
            if (folders.contains(path)) {
                throw refused(entry.getName(), "is both a file and a folder");
            }
        });
        return new Contents(files, folders);
    }

    private static Path checked(String name, Path folder) {
        if (name.length() > MAX_NAME) {
            throw refused(name.substring(0, 40) + "...", "has a name of more than " + MAX_NAME + " characters");
        }
        if (name.startsWith("/") || name.indexOf('\\') >= 0) {
            throw refused(name, "has a name that leads out of the archive");
        }
        Path path = folder;
        int depth = 0;
        for (String segment : name.split("/", -1)) {
            if (segment.equals("..")) {
                throw refused(name, "has a name that leads out of the archive");
            }
            if (segment.isEmpty() || segment.equals(".")) {
                continue;
            }
            if (++depth > MAX_DEPTH) {
                throw refused(name, "lies more than " + MAX_DEPTH + " folders deep");
            }
            try {
                path = path.resolve(segment);
            } catch (InvalidPathException e) {
                throw refused(name, "has a name that no file can have here");
            }
        }
        if (depth == 0 && !name.endsWith("/")) {
            throw refused(name, "has no name");
        }
        return path;
    }

    private void write(ZipFile zip, Contents contents, Map<String, Integer> modes) throws IOException {
        for (Path folder : contents.folders()) {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, EXECUTABLE);
        }
        byte[] buffer = new byte[CHUNK];
        long room = maxBytes;
        for (Map.Entry<Path, ZipEntry> file : contents.files().entrySet()) {
            try (InputStream in = zip.getInputStream(file.getValue());
                    OutputStream out = Files.newOutputStream(file.getKey(), StandardOpenOption.CREATE_NEW)) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    room -= read;
                    if (room < 0) {
                        throw new LeanException(
                                400, "The action's archive unpacks to more than " + maxBytes + " bytes.");
                    }
                    out.write(buffer, 0, read);
                }
            }
            boolean executable =
                    UnixModes.executable(modes.getOrDefault(file.getValue().getName(), 0));
            Files.setPosixFilePermissions(file.getKey(), executable ? EXECUTABLE : PLAIN);
        }
    }

    private void checkCount(int entries) {
        if (entries > maxEntries) {
            throw new LeanException(400, "The action's archive holds more than " + maxEntries + " files or folders.");
        }
    }

    private static LeanException refused(String name, String why) {
        return new LeanException(400, "The action's archive is refused: the entry '" + name + "' " + why + ".");
    }

    private static LeanException notAnArchive(IOException cause) {
        return new LeanException(400, "The action's archive cannot be read: " + cause.getMessage(), cause);
    }

    private record Contents(Map<Path, ZipEntry> files, Set<Path> folders) {}
}
