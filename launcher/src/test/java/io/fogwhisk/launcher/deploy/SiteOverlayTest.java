package io.fogwhisk.launcher.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.launcher.Fogwhisk;
import io.fogwhisk.launcher.LauncherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SiteOverlayTest {

    private static final String INFLUX = "http://influxdb.central:8086";
    private static final String CATALOG = "http://catalog.central:5984";

    @TempDir
    private Path root;

    @BeforeEach
    void writeBase() throws IOException {
        Files.createDirectories(root.resolve("base"));
        Files.writeString(root.resolve("base/kustomization.yaml"), "kind: Kustomization\n");
    }

    @Test
    void aNewSiteHasANamespaceAndTheAddressesOfTheCentre() throws IOException {
        int code = Fogwhisk.run(
                "site", "new", "dc-3", "--k8s", root.toString(), "--central-influx", "https://influx.example");

        assertThat(code).isZero();
        Path site = root.resolve("sites/dc-3");
        assertThat(Files.readString(site.resolve("kustomization.yaml"))).contains("namespace: dc-3\n");
        assertThat(Files.readString(site.resolve("site.env"))).isEqualTo("""
                        FOGWHISK_SITE_ID=dc-3
                        FOGWHISK_INFLUX_CENTRAL_URL=https://influx.example
                        FOGWHISK_CATALOG_URL=http://catalog.central:5984
                        """);
    }

    @Test
    void aSiteThatIsThereStaysAsItIs() throws IOException {
        Path file = root.resolve("sites/dc-3/site.env");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "mine");

        assertThatThrownBy(() -> new SiteOverlay("dc-3", INFLUX, CATALOG).write(new DeployFolder(root)))
                .isInstanceOf(LauncherException.class)
                .hasMessageEndingWith("dc-3 is there already");
        assertThat(file).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "DC-3", "dc_3", "-dc", "dc-", "../dc", "a.b", "central", "default", "kube-system"})
    void whatIsNoNameOfANamespaceIsRefused(String id) {
        assertThatThrownBy(() -> new SiteOverlay(id, INFLUX, CATALOG))
                .isInstanceOf(LauncherException.class)
                .hasMessageContaining("'" + id + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"influxdb:8086", "ftp://x", "http://user:secret@x", "http://x\nFOGWHISK_A=b", "http://"})
    void whatIsNoAddressIsRefused(String url) {
        assertThatThrownBy(() -> new SiteOverlay("dc-3", url, CATALOG))
                .isInstanceOf(LauncherException.class)
                .hasMessageContaining("must be http(s)://host:port");
    }

    @Test
    void aFolderWithoutABaseIsNamed() {
        assertThatThrownBy(() -> new DeployFolder(root.resolve("elsewhere")))
                .isInstanceOf(LauncherException.class)
                .hasMessageContaining("elsewhere is not the folder of manifests");
    }
}
