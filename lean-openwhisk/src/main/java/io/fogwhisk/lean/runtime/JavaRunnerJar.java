package io.fogwhisk.lean.runtime;

import com.google.gson.Gson;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The class path of a child that runs Java: our runner and Gson, taken from the class path of this process, which a child may
 * not be able to read and which holds much that is none of its business.
 */
final class JavaRunnerJar {

    private static final List<Class<?>> OURS = List.of(JavaRunner.class, JavaAction.class, JavaEnvironment.class);
    private static final String GSON = "com/google/gson";

    private JavaRunnerJar() {}

    /**
     * Writes the jar; does not close what it writes to.
     *
     * @throws IOException if a class cannot be read or the jar not be written
     */
    static void write(OutputStream target) throws IOException {
        ZipOutputStream jar = new ZipOutputStream(target);
        for (Class<?> type : OURS) {
            String name = type.getName().replace('.', '/') + ".class";
            try (InputStream in = type.getResourceAsStream("/" + name)) {
                if (in == null) {
                    throw new FileNotFoundException(name + " is not on the class path");
                }
                jar.putNextEntry(new ZipEntry(name));
                in.transferTo(jar);
            }
        }
        Path source = sourceOfGson();
        if (Files.isDirectory(source)) {
            copyGson(source, jar);
        } else {
            try (FileSystem archive = FileSystems.newFileSystem(source)) {
                copyGson(archive.getPath("/"), jar);
            }
        }
        jar.finish();
    }

    private static void copyGson(Path root, ZipOutputStream jar) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve(GSON))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
                jar.putNextEntry(new ZipEntry(root.relativize(file).toString()));
                Files.copy(file, jar);
            }
        }
    }

    private static Path sourceOfGson() throws IOException {
        try {
            return Path.of(Gson.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException("cannot find where Gson was loaded from", e);
        }
    }
}
