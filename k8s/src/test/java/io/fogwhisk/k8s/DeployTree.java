package io.fogwhisk.k8s;

import io.fogwhisk.launcher.deploy.DeployFolder;
import io.fogwhisk.launcher.deploy.SecretFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A copy of the manifests, in which secrets can be written and overlays tried.
 *
 * @param root of the copy
 */
record DeployTree(Path root) {

    private static final Path MANIFESTS = Path.of("").toAbsolutePath();
    private static final Set<String> NOT_MANIFESTS = Set.of("src", "target", "pom.xml", "secret.env");
    private static final Pattern REFERENCE = Pattern.compile("(?m)^ *- (\\.{0,2}[^ :]+)$");

    /** Copies the manifests of the project into a folder. */
    static DeployTree copy(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(MANIFESTS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path relative = MANIFESTS.relativize(file);
                boolean manifest = Stream.of(relative.getName(0), relative.getFileName())
                        .noneMatch(name -> NOT_MANIFESTS.contains(name.toString()));
                if (manifest) {
                    Path copy = root.resolve(relative);
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
        return new DeployTree(root);
    }

    /** Writes the secrets of all overlays. */
    SecretFiles.Result writeSecrets() {
        return new SecretFiles(new DeployFolder(root)).write();
    }

    /** Adds a further overlay, which is like another one and has components. */
    String overlay(String id, String like, List<String> components) throws IOException {
        Path model = root.resolve(like);
        Path folder = root.resolve("sites").resolve(id);
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.filter(each -> !each.endsWith("secret.env")).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        String named = model.getFileName().toString();
        StringBuilder list = new StringBuilder("components:\n");
        components.forEach(component ->
                list.append("  - ../../components/").append(component).append('\n'));
        Path kustomization = folder.resolve("kustomization.yaml");
        Files.writeString(
                kustomization,
                Files.readString(kustomization)
                                .replace("namespace: " + named, "namespace: " + id)
                                .replace("- ../base", "- ../../base")
                        + list);
        Path settings = folder.resolve("site.env");
        Files.writeString(
                settings, Files.readString(settings).replace("FOGWHISK_SITE_ID=" + named, "FOGWHISK_SITE_ID=" + id));
        return "sites/" + id;
    }

    /** The overlays that no other one builds upon: those that users apply. */
    Set<String> roots() throws IOException {
        Set<Path> all = new TreeSet<>();
        Set<Path> used = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file :
                    files.filter(file -> file.endsWith("kustomization.yaml")).toList()) {
                String text = Files.readString(file);
                if (!text.contains("kind: Component")) {
                    all.add(file.getParent());
                }
                Matcher references = REFERENCE.matcher(text);
                while (references.find()) {
                    used.add(file.getParent().resolve(references.group(1)).normalize());
                }
            }
        }
        Set<String> roots = new TreeSet<>();
        all.stream()
                .filter(each -> !used.contains(each))
                .forEach(each -> roots.add(root.relativize(each).toString()));
        return roots;
    }

    /** Whether an overlay takes components. */
    boolean hasComponents(String overlay) {
        try {
            return Files.readString(root.resolve(overlay).resolve("kustomization.yaml"))
                    .contains("components:");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What would be applied. */
    String render(String overlay) {
        return Kubectl.render(root.resolve(overlay));
    }
}
