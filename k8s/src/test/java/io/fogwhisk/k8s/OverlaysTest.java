package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What users apply, as it would reach a cluster. */
class OverlaysTest {

    private static final OfflineCheck CHECK = new OfflineCheck(System.getProperty("fogwhisk.version"));

    @TempDir
    private static Path folder;

    private static DeployTree tree;

    @BeforeAll
    static void writeSecrets() throws IOException {
        tree = DeployTree.copy(folder);
        assertThat(tree.writeSecrets().wanted()).isEmpty();
    }

    static Stream<String> roots() throws IOException {
        return tree.roots().stream();
    }

    @Test
    void theCentreAndTheSitesAreWhatUsersApply() throws IOException {
        Set<String> there = new TreeSet<>(Set.of("central"));
        try (Stream<Path> sites = Files.list(Path.of("sites"))) {
            sites.forEach(site -> there.add("sites/" + site.getFileName()));
        }

        assertThat(tree.roots()).contains("sites/dc-1", "sites/dc-2").isEqualTo(there);
    }

    @ParameterizedTest
    @MethodSource("roots")
    void everyOverlayIsWithoutFault(String overlay) {
        assertThat(CHECK.faults(overlay, tree.render(overlay))).isEmpty();
    }

    static Stream<String> plain() throws IOException {
        // What components bring is for their own test.
        return roots().filter(overlay -> !tree.hasComponents(overlay));
    }

    @ParameterizedTest
    @MethodSource("plain")
    void everyOverlayHasTheObjectsThatItIsMeantToHave(String overlay) {
        List<String> inventory = ManifestText.read(overlay, tree.render(overlay), new Faults()).all().stream()
                .map(OverlaysTest::line)
                .sorted()
                .toList();

        assertThat(inventory).isEqualTo(expected(overlay));
    }

    /** Generated names end with a hash of what is in them. */
    private static String line(Manifest manifest) {
        boolean generated =
                manifest.kind().equals("ConfigMap") || manifest.kind().equals("Secret");
        return manifest.kind() + " " + manifest.namespace() + "/"
                + (generated ? manifest.name().replaceFirst("-[a-z0-9]{10}$", "") : manifest.name());
    }

    /** All sites have the same, each in its own namespace. */
    private static List<String> expected(String overlay) {
        boolean site = overlay.startsWith("sites/");
        String id = overlay.substring(overlay.indexOf('/') + 1);
        try (Stream<String> lines =
                Files.lines(Path.of("src/test/resources/inventory", site ? "site.txt" : overlay + ".txt"))) {
            return lines.map(line -> line.replace("SITE", id)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
