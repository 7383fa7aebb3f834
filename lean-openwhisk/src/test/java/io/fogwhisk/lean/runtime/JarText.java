package io.fogwhisk.lean.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Jars of classes that are compiled on the spot, as users upload them. */
final class JarText {

    private JarText() {}

    /**
     * The base64 of a jar of compiled classes.
     *
     * @param folder to compile in
     * @param namesAndSources file names such as {@code example/Hello.java} and their text, by turns
     */
    static String of(Path folder, String... namesAndSources) {
        try {
            Path work = Files.createTempDirectory(folder, "jar");
            List<String> arguments = new ArrayList<>(List.of(
                    "-proc:none",
                    "-cp",
                    gson().toString(),
                    "-d",
                    work.resolve("classes").toString()));
            for (int i = 0; i < namesAndSources.length; i += 2) {
                Path source = work.resolve("src").resolve(namesAndSources[i]);
                Files.createDirectories(source.getParent());
                Files.writeString(source, namesAndSources[i + 1]);
                arguments.add(source.toString());
            }
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new)))
                    .isZero();
            return zip(work.resolve("classes"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String zip(Path classes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, zip);
            }
        }
        return ZipText.base64(bytes.toByteArray());
    }

    private static Path gson() {
        try {
            return Path.of(Gson.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
