package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    void theCentreAndTwoSitesAreWhatUsersApply() throws IOException {
        assertThat(tree.roots()).containsExactly("central", "sites/dc-1", "sites/dc-2");
    }

    @ParameterizedTest
    @MethodSource("roots")
    void everyOverlayIsWithoutFault(String overlay) {
        assertThat(CHECK.faults(overlay, tree.render(overlay))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("roots")
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

    private static List<String> expected(String overlay) {
        Path file = Path.of("src/test/resources/inventory", overlay.replace('/', '-') + ".txt");
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
