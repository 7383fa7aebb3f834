package io.fogwhisk.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The modules of the image's Java runtime. */
class JavaModulesTest {

    /** Not seen by jdeps; the list says why each is there. */
    private static final List<String> BY_NAME = List.of("jdk.crypto.ec", "jdk.zipfs");

    @Test
    void theImageHasTheModulesThatTheJarsNeedAndNoOthers(@TempDir Path folder) throws IOException {
        Path jars = Path.of("../launcher/target/lib");
        if (!Files.isDirectory(jars)) {
            Engine.absent("no jars in " + jars + " (mvn package)");
        }
        Path merged = folder.resolve("merged.jar");
        merge(new FileTree(jars).files(), merged);

        String said = new Program(folder, Duration.ofSeconds(110))
                .run(List.of(
                        System.getProperty("java.home") + "/bin/jdeps",
                        "-J-XX:TieredStopAtLevel=1",
                        "-J-XX:+UseSerialGC",
                        "-J-Xmx900m",
                        "--ignore-missing-deps",
                        "--print-module-deps",
                        merged.toString()));

        List<String> needed = new ArrayList<>(List.of(said.strip().split(",")));
        needed.addAll(BY_NAME);
        assertThat(JavaRuntime.modules()).containsExactlyInAnyOrderElementsOf(needed);
    }

    /** The classes of all jars as one, without the descriptions of modules, which jdeps would ask for each other. */
    private static void merge(List<Path> jars, Path file) throws IOException {
        Set<String> written = new HashSet<>();
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.setLevel(0);
            for (Path jar : jars) {
                try (ZipFile zip = new ZipFile(jar.toFile())) {
                    for (ZipEntry entry : zip.stream().toList()) {
                        String name = entry.getName();
                        if (name.endsWith(".class")
                                && !name.startsWith("META-INF/")
                                && !name.equals("module-info.class")
                                && written.add(name)) {
                            out.putNextEntry(new ZipEntry(name));
                            zip.getInputStream(entry).transferTo(out);
                            out.closeEntry();
                        }
                    }
                }
            }
        }
    }
}
