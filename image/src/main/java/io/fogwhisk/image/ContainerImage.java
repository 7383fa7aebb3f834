package io.fogwhisk.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.DockerDaemonImage;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * An image as layers, and how a container of it starts. The same layers make the same digest: every file has the same
 * date, and nothing tells when or where the image was made. Not thread-safe.
 */
final class ContainerImage {

    /** The user and group that containers run as. */
    static final int USER = 10001;

    /** Our folder in the image. */
    static final String HOME = "/opt/fogwhisk";

    /** The folder of the Java runtime in the image. */
    static final String JAVA = "/opt/java";

    private static final String NOBODY_ELSE = USER + ":" + USER;
    private static final String ROOT = "0:0";
    private static final FilePermissions READABLE = FilePermissions.fromOctalString("644");
    private static final FilePermissions RUNNABLE = FilePermissions.fromOctalString("755");

    private final List<FileEntriesLayer> layers = new ArrayList<>();
    private final Architecture architecture;
    private final Path cache;

    /**
     * An image without layers.
     *
     * @param cache a folder that layers are kept in, to be used again
     */
    ContainerImage(Architecture architecture, Path cache) {
        this.architecture = architecture;
        this.cache = cache;
    }

    /** Puts the files of a folder into the image, as a layer. */
    ContainerImage with(FileTree tree, String target) {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(target);
        for (Path file : tree.files()) {
            String path = target + "/" + tree.root().relativize(file);
            layer.addEntry(
                    file,
                    AbsoluteUnixPath.get(path),
                    Files.isExecutable(file) ? RUNNABLE : READABLE,
                    FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
                    ROOT);
        }
        layers.add(layer.build());
        return this;
    }

    /** Puts the folders into the image that a container writes to: they belong to its user, volumes made of them, too. */
    ContainerImage withFolders(FileTree empty) {
        layers.add(FileEntriesLayer.builder()
                .setName("folders")
                .addEntry(
                        empty.root(),
                        AbsoluteUnixPath.get("/data"),
                        FilePermissions.fromOctalString("750"),
                        FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
                        NOBODY_ELSE)
                .addEntry(
                        empty.root(),
                        AbsoluteUnixPath.get("/tmp"),
                        FilePermissions.fromOctalString("777"),
                        FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
                        ROOT)
                .addEntry(
                        empty.root(),
                        AbsoluteUnixPath.get("/etc/fogwhisk"),
                        RUNNABLE,
                        FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
                        ROOT)
                .build());
        return this;
    }

    /**
     * Writes the image.
     *
     * @param from what it is put on: {@code scratch}, or the name of an image with a Java of its own, in a registry or after
     *     {@code docker://} or {@code tar://}
     * @param target where to
     * @param labels that say what is in it
     * @return its digest
     * @throws ImageException if it cannot be written, or what it is put on cannot be read
     */
    String write(String from, ImageTarget target, Map<String, String> labels) {
        try {
            JibContainerBuilder image = from(from)
                    .setPlatforms(Set.of(new Platform(architecture.debian(), "linux")))
                    .setCreationTime(Instant.EPOCH)
                    .setUser(NOBODY_ELSE)
                    .setWorkingDirectory(AbsoluteUnixPath.get("/data"))
                    .setLabels(labels)
                    .setEntrypoint(
                            "java",
                            "-XX:+IgnoreUnrecognizedVMOptions",
                            "-XX:Flags=" + HOME + "/jvm.flags",
                            "@" + HOME + "/java.options",
                            "io.fogwhisk.launcher.Fogwhisk");
            if (from.equals("scratch")) {
                image.addEnvironmentVariable("PATH", JAVA + "/bin:/usr/local/bin:/usr/bin:/bin");
                image.addEnvironmentVariable("LANG", "C.UTF-8");
            }
            layers.forEach(image::addFileEntriesLayer);
            JibContainer made = image.containerize(containerizer(target));
            return made.getDigest().toString();
        } catch (InvalidImageReferenceException e) {
            throw new ImageException("not the name of an image: " + e.getMessage(), e);
        } catch (IOException | RegistryException | CacheDirectoryCreationException | ExecutionException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            throw new ImageException("cannot write the image to " + target.name() + ": " + cause.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageException("interrupted while the image was written", e);
        }
    }

    private static JibContainerBuilder from(String name) throws InvalidImageReferenceException {
        boolean inRegistry = !name.equals("scratch")
                && !name.startsWith(Jib.DOCKER_DAEMON_IMAGE_PREFIX)
                && !name.startsWith(Jib.TAR_IMAGE_PREFIX);
        if (inRegistry) {
            return Jib.from(inRegistry(name.replaceFirst("^" + Jib.REGISTRY_IMAGE_PREFIX, "")));
        }
        return name.equals("scratch") ? Jib.fromScratch() : Jib.from(name);
    }

    private Containerizer containerizer(ImageTarget target) throws InvalidImageReferenceException {
        Containerizer to;
        if (target.file().isPresent()) {
            to = Containerizer.to(TarImage.at(target.file().orElseThrow()).named(target.name()));
        } else if (target.name().startsWith(Jib.DOCKER_DAEMON_IMAGE_PREFIX)) {
            to = Containerizer.to(
                    DockerDaemonImage.named(target.name().substring(Jib.DOCKER_DAEMON_IMAGE_PREFIX.length())));
        } else {
            to = Containerizer.to(inRegistry(target.name()));
        }
        return to.setToolName("fogwhisk")
                .setApplicationLayersCache(cache)
                .setBaseImageLayersCache(cache.resolveSibling("base-cache"));
    }

    /** With the logins that the user's own Docker client would use. */
    private static RegistryImage inRegistry(String name) throws InvalidImageReferenceException {
        CredentialRetrieverFactory logins =
                CredentialRetrieverFactory.forImage(ImageReference.parse(name), event -> {});
        return RegistryImage.named(name)
                .addCredentialRetriever(logins.dockerConfig())
                .addCredentialRetriever(logins.wellKnownCredentialHelpers());
    }
}
