package io.fogwhisk.image;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/**
 * The Java runtime of the image: the modules that our jars need, of a JDK for the image's architecture, linked by the
 * {@code jlink} of the JDK that runs this program. Not thread-safe.
 */
final class JavaRuntime {

    /** What {@code jdeps} says that our jars need (a test holds the list to that), and what is reached by name only. */
    private static final String MODULES = "java-modules.txt";

    /** Of {@code java.desktop}, which brings the beans that libraries use: they need screens, fonts or sound cards. */
    private static final String NEEDS_A_SCREEN = "/java.desktop/lib/libawt_xawt.so,/java.desktop/lib/libfontmanager.so,"
            + "/java.desktop/lib/libjavajpeg.so,/java.desktop/lib/libjsound.so,/java.desktop/lib/liblcms.so,"
            + "/java.desktop/lib/libmlib_image.so,/java.desktop/lib/libsplashscreen.so,/java.desktop/lib/libjawt.so";

    private final Program programs;
    private final Path home = Path.of(System.getProperty("java.home"));
    private final Path jdk;

    /**
     * A runtime of a JDK.
     *
     * @param jdk for the architecture of the image; its version has to be that of this program's JDK
     * @throws ImageException if one of the two is not a JDK, or the versions differ
     */
    JavaRuntime(Program programs, Path jdk) {
        this.programs = programs;
        this.jdk = jdk;
        if (!Files.isExecutable(home.resolve("bin/jlink"))) {
            throw new ImageException(home + " has no jlink: the image is made with a JDK, not with a runtime alone");
        }
        if (!Files.isRegularFile(jdk.resolve("jmods/java.base.jmod"))) {
            throw new ImageException(jdk + " has no folder jmods: it is not a JDK, or one without its modules"
                    + " (name another with --jdk)");
        }
        String ours = major(version(home));
        if (!ours.equals(major(version(jdk)))) {
            throw new ImageException("the JDK in " + jdk + " has version " + version(jdk)
                    + ", and it can only be linked by" + " one of the same: " + home + " has " + version(home));
        }
    }

    /** The version of the JDK that the runtime is made of, such as {@code 17.0.15}. */
    String version() {
        return version(jdk);
    }

    /** The processor that the JDK is for. */
    Architecture architecture() {
        return Architecture.named(released(jdk, "OS_ARCH"));
    }

    /** The modules that the runtime has, beside those that these need, in the order of their names. */
    static List<String> modules() {
        try (InputStream in = requireNonNull(JavaRuntime.class.getResourceAsStream(MODULES))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Links the runtime in a folder, which is made anew. */
    FileTree link(Path folder) {
        FileTree runtime = new FileTree(folder);
        runtime.delete();
        programs.run(List.of(
                home.resolve("bin/jlink").toString(),
                "--module-path",
                jdk.resolve("jmods").toString(),
                "--add-modules",
                String.join(",", modules()),
                "--strip-java-debug-attributes",
                "--no-man-pages",
                "--no-header-files",
                "--compress=2",
                "--exclude-files",
                NEEDS_A_SCREEN,
                "--output",
                folder.toString()));
        return runtime;
    }

    private static String version(Path jdk) {
        return released(jdk, "JAVA_VERSION");
    }

    private static String major(String version) {
        return version.replaceFirst("[.+-].*", "");
    }

    private static String released(Path jdk, String key) {
        Properties release = new Properties();
        try (var in = Files.newInputStream(jdk.resolve("release"))) {
            release.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + jdk.resolve("release"), e);
        }
        return release.getProperty(key, "?").replace("\"", "");
    }
}
