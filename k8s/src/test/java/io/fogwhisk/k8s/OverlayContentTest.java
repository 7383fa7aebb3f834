package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fogwhisk.launcher.Fogwhisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sites differ in a few lines: what all of them have stands in the base, what some have in a component. */
class OverlayContentTest {

    private static final int MOST_LINES = 20;
    private static final Set<String> MAY_HAVE = Set.of(
            "apiVersion",
            "kind",
            "namespace",
            "resources",
            "configMapGenerator",
            "secretGenerator",
            "components",
            "replicas",
            "images");

    @TempDir
    private Path folder;

    @Test
    void aSiteSaysOnlyWhatIsItsOwn() throws IOException {
        try (Stream<Path> sites = Files.list(Path.of("sites"))) {
            assertThat(sites).isNotEmpty().allSatisfy(OverlayContentTest::isSmall);
        }
    }

    @Test
    void aNewSiteIsSuchAnOverlayAndWithoutFault() throws IOException {
        DeployTree tree = DeployTree.copy(folder.resolve("k8s"));

        assertThat(Fogwhisk.run("site", "new", "dc-3", "--k8s", tree.root().toString()))
                .isZero();
        assertThat(Fogwhisk.run("k8s", "secrets", "--k8s", tree.root().toString()))
                .isZero();

        isSmall(tree.root().resolve("sites/dc-3"));
        assertThat(tree.roots()).contains("sites/dc-3");
        OfflineCheck check = new OfflineCheck(System.getProperty("fogwhisk.version"));
        assertThat(check.faults("sites/dc-3", tree.render("sites/dc-3"))).isEmpty();
    }

    private static void isSmall(Path site) throws IOException {
        try (Stream<Path> files = Files.list(site)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .isSubsetOf("kustomization.yaml", "site.env", "secret.env")
                    .contains("kustomization.yaml", "site.env");
        }
        Path file = site.resolve("kustomization.yaml");
        JsonNode kustomization = new YAMLMapper().readTree(Files.readString(file));
        assertThat(Files.readAllLines(file).size()
                        + Files.readAllLines(site.resolve("site.env")).size())
                .as("lines of " + site)
                .isLessThanOrEqualTo(MOST_LINES);
        kustomization.fieldNames().forEachRemaining(key -> assertThat(MAY_HAVE).contains(key));
        assertThat(kustomization.path("resources").toString()).isEqualTo("[\"../../base\"]");
        assertThat(kustomization.path("configMapGenerator").toString())
                .isEqualTo("[{\"name\":\"site\",\"behavior\":\"merge\",\"envs\":[\"site.env\"]}]");
        assertThat(kustomization.path("secretGenerator").toString())
                .isEqualTo("[{\"name\":\"site\",\"envs\":[\"secret.env\"]}]");
        assertThat(kustomization.path("namespace").asText())
                .isEqualTo(site.getFileName().toString());
        kustomization
                .path("components")
                .forEach(each -> assertThat(each.asText()).startsWith("../../components/"));
        for (String line : Files.readAllLines(site.resolve("site.env"))) {
            assertThat(line).matches("FOGWHISK_[A-Z0-9_]+=.*|#.*");
            // What is secret must not get into git.
            assertThat(List.of("TOKEN", "AUTH", "PASSWORD"))
                    .noneMatch(word -> line.replaceFirst("=.*", "").endsWith(word));
        }
    }
}
