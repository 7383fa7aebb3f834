package io.fogwhisk.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Our jars and those of others, in folders of their own, so that what changes with each build is a small layer. Jars come
 * without the native libraries that are in some of them for every platform; those for the image's are unpacked, since a
 * container may have no folder that a library may be unpacked to and run from. Not thread-safe.
 */
final class Libraries {

    private static final Pattern NATIVE = Pattern.compile(".*\\.(so|dll|dylib|jnilib)");
    private static final String OURS = "META-INF/maven/io.fogwhisk/";
    /** One moment for all, without a time zone: the same jars make the same layer anywhere. */
    private static final LocalDateTime WRITTEN = LocalDateTime.of(2000, 1, 1, 0, 0);

    private final List<Path> jars;
    private final Architecture architecture;
    private final FileTree ours;
    private final FileTree others;
    private final FileTree natives;

    /**
     * The jars of a folder.
     *
     * @param jars a folder with every jar that FogWhisk needs to run
     * @param folder for the copies, made anew
     * @throws ImageException if there is no jar in it
     */
    Libraries(Path jars, Path folder, Architecture architecture) {
        this.jars = new FileTree(jars)
                .files().stream().filter(jar -> jar.toString().endsWith(".jar")).toList();
        this.architecture = architecture;
        this.ours = new FileTree(folder.resolve("ours"));
        this.others = new FileTree(folder.resolve("others"));
        this.natives = new FileTree(folder.resolve("native"));
        if (this.jars.isEmpty()) {
            throw new ImageException("no jars in " + jars + ": build FogWhisk first (mvn -Dquick package)");
        }
    }

    /** Copies the jars and unpacks the native libraries. */
    void make() {
        ours.fresh();
        others.fresh();
        natives.fresh();
        for (Path jar : jars) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                FileTree folder = zip.getEntry(OURS) != null ? ours : others;
                String name = jar.getFileName().toString();
                if (zip.stream().noneMatch(entry -> isNative(entry.getName()))) {
                    folder.copy(jar, name);
                } else {
                    copyWithoutNatives(zip, folder.root().resolve(name));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot copy " + jar, e);
            }
        }
    }

    /** Our own jars. */
    FileTree ours() {
        return ours;
    }

    /** Jars of others. */
    FileTree others() {
        return others;
    }

    /** Native libraries of the image's platform. */
    FileTree natives() {
        return natives;
    }

    /** The names of all jars in the order that the class path has outside containers. */
    List<String> classPath() {
        return jars.stream().map(jar -> jar.getFileName().toString()).sorted().toList();
    }

    private void copyWithoutNatives(ZipFile zip, Path copy) throws IOException {
        try (OutputStream file = Files.newOutputStream(copy);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry entry : zip.stream().toList()) {
                Optional<String> unpacked = unpacked(entry.getName());
                if (unpacked.isPresent()) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        Files.copy(in, natives.root().resolve(unpacked.get()));
                    }
                }
                if (!isNative(entry.getName())) {
                    copy(zip, entry, out);
                }
            }
        }
    }

    private static void copy(ZipFile zip, ZipEntry entry, ZipOutputStream out) throws IOException {
        ZipEntry copied = new ZipEntry(entry.getName());
        copied.setTimeLocal(WRITTEN);
        out.putNextEntry(copied);
        try (InputStream in = zip.getInputStream(entry)) {
            in.transferTo(out);
        }
        out.closeEntry();
    }

    private static boolean isNative(String name) {
        return NATIVE.matcher(name).matches();
    }

    /** The file name under which the JVM looks for a native library; empty for one of another platform. */
    private Optional<String> unpacked(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        boolean wanted = name.equals("org/sqlite/native/Linux/" + architecture.sqlite() + "/libsqlitejdbc.so")
                || (name.startsWith("META-INF/native/") && file.endsWith("_" + architecture.netty() + ".so"));
        return wanted ? Optional.of(file) : Optional.empty();
    }
}
