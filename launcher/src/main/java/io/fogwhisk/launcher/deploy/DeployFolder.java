package io.fogwhisk.launcher.deploy;

import io.fogwhisk.launcher.LauncherException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder {@code k8s} of manifests: {@code base}, {@code central}, {@code components} and one folder per site.
 *
 * @param root where it is
 */
public record DeployFolder(Path root) {

    private static final String KUSTOMIZATION = "kustomization.yaml";

    /**
     * Checks that it is such a folder.
     *
     * @throws LauncherException if it is not
     */
    public DeployFolder {
        if (!Files.isRegularFile(root.resolve("base").resolve(KUSTOMIZATION))) {
            throw new LauncherException(root + " is not the folder of manifests: it has no base/" + KUSTOMIZATION
                    + " (run this in the folder of the project, or name it with --k8s)");
        }
    }

    /** The overlays of the sites, in the order of their names. */
    public List<Path> sites() {
        Path sites = root.resolve("sites");
        if (!Files.isDirectory(sites)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(sites)) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve(KUSTOMIZATION)))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new LauncherException("cannot list " + sites + ": " + e, e);
        }
    }

    /** The overlay of the centre, if it is run from here. */
    public Optional<Path> central() {
        return Optional.of(root.resolve("central"))
                .filter(folder -> Files.isRegularFile(folder.resolve(KUSTOMIZATION)));
    }

    /** The folder of one site, whether it is there or not. */
    Path site(String id) {
        return root.resolve("sites").resolve(id);
    }
}
