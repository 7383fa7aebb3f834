package io.fogwhisk.launcher.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.launcher.Fogwhisk;
import io.fogwhisk.launcher.LauncherException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFilesTest {

    private static final String INFLUX = "FOGWHISK_INFLUX_CENTRAL_URL=http://influxdb.central:8086\n";
    private static final String CATALOG = "FOGWHISK_CATALOG_URL=http://catalog.central:5984\n";

    @TempDir
    private Path root;

    @BeforeEach
    void writeOverlays() throws IOException {
        write("base/kustomization.yaml", "kind: Kustomization\n");
        overlay("central", "central", "FOGWHISK_SITE_CENTRAL=true\n");
        overlay("sites/dc-1", "dc-1", INFLUX + CATALOG);
        overlay("sites/dc-2", "dc-2", INFLUX + CATALOG);
    }

    @Test
    void bothEndsGetTheSameTokens() {
        SecretFiles.Result result = secrets().write();

        assertThat(result.written()).containsExactly(file("central"), file("sites/dc-1"), file("sites/dc-2"));
        assertThat(result.wanted()).isEmpty();
        Map<String, String> centre = values("central");
        Map<String, String> one = values("sites/dc-1");
        Map<String, String> two = values("sites/dc-2");
        assertThat(centre)
                .containsEntry(
                        "FOGWHISK_INFLUX_WRITERS",
                        "dc-1=" + one.get("FOGWHISK_INFLUX_CENTRAL_TOKEN") + ",dc-2="
                                + two.get("FOGWHISK_INFLUX_CENTRAL_TOKEN"))
                .containsEntry(
                        "FOGWHISK_CATALOG_SITES",
                        "dc-1=" + one.get("FOGWHISK_CATALOG_TOKEN") + ",dc-2=" + two.get("FOGWHISK_CATALOG_TOKEN"));
        assertThat(one.get("FOGWHISK_CATALOG_TOKEN")).matches("fwt_[A-Za-z0-9_-]{43}");
        assertThat(one.get("FOGWHISK_INFLUX_TOKEN")).matches("[A-Za-z0-9_-]{43}");
        assertThat(one.get("FOGWHISK_OPENWHISK_AUTH")).matches("[0-9a-f-]{36}:[0-9a-f]{64}");
    }

    @Test
    void everySiteHasTokensOfItsOwnAndTheKeyThatTheCatalogueBrings() {
        secrets().write();

        Map<String, String> one = values("sites/dc-1");
        Map<String, String> two = values("sites/dc-2");
        for (String key :
                new String[] {"FOGWHISK_INFLUX_TOKEN", "FOGWHISK_INFLUX_CENTRAL_TOKEN", "FOGWHISK_CATALOG_TOKEN"}) {
            assertThat(one.get(key)).as(key).isNotEqualTo(two.get(key));
        }
        assertThat(one.get("FOGWHISK_OPENWHISK_AUTH"))
                .isEqualTo(values("central").get("FOGWHISK_OPENWHISK_AUTH"))
                .isEqualTo(two.get("FOGWHISK_OPENWHISK_AUTH"));
    }

    @Test
    void aSiteThatFollowsNoCatalogueHasAKeyOfItsOwnAndNoTokenForIt() throws IOException {
        overlay("sites/dc-1", "dc-1", INFLUX);

        secrets().write();

        assertThat(values("sites/dc-1"))
                .doesNotContainKey("FOGWHISK_CATALOG_TOKEN")
                .extractingByKey("FOGWHISK_OPENWHISK_AUTH")
                .isNotEqualTo(values("central").get("FOGWHISK_OPENWHISK_AUTH"));
        assertThat(values("central").get("FOGWHISK_CATALOG_SITES")).startsWith("dc-2=");
    }

    @Test
    void onlyTheOwnerMayReadTheFiles() throws IOException {
        secrets().write();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("central"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsThereStaysAndASecondTimeNothingIsWritten() throws IOException {
        write("sites/dc-1/secret.env", "# mine\nFOGWHISK_INFLUX_TOKEN=chosen\nFOGWHISK_CATALOG_TOKEN=fwt_chosen\n");

        secrets().write();

        assertThat(Files.readString(file("sites/dc-1")))
                .startsWith("# mine\nFOGWHISK_INFLUX_TOKEN=chosen\nFOGWHISK_CATALOG_TOKEN=fwt_chosen\n");
        assertThat(values("central").get("FOGWHISK_CATALOG_SITES")).startsWith("dc-1=fwt_chosen,dc-2=fwt_");
        assertThat(secrets().write().written()).isEmpty();
    }

    @Test
    void aNewSiteIsAddedToTheCentresFile() throws IOException {
        secrets().write();
        String before = values("central").get("FOGWHISK_CATALOG_SITES");
        overlay("sites/dc-3", "dc-3", INFLUX + CATALOG);

        assertThat(secrets().write().written()).containsExactly(file("central"), file("sites/dc-3"));

        assertThat(values("central").get("FOGWHISK_CATALOG_SITES"))
                .isEqualTo(before + ",dc-3=" + values("sites/dc-3").get("FOGWHISK_CATALOG_TOKEN"));
    }

    @Test
    void twoEndsThatContradictEachOtherAreRefusedAndNothingIsWritten() throws IOException {
        write("central/secret.env", "FOGWHISK_CATALOG_SITES=dc-2=fwt_one\n");
        write("sites/dc-2/secret.env", "FOGWHISK_CATALOG_TOKEN=fwt_other\n");

        assertThatThrownBy(() -> secrets().write())
                .isInstanceOf(LauncherException.class)
                .hasMessageContaining("sites/dc-2/secret.env: FOGWHISK_CATALOG_TOKEN is not the token of dc-2 in"
                        + " FOGWHISK_CATALOG_SITES of")
                .hasMessageNotContaining("fwt_");
        assertThat(file("sites/dc-1")).doesNotExist();
    }

    @Test
    void twoOverlaysOfOneSiteAreRefused() throws IOException {
        overlay("sites/dc-3", "dc-1", INFLUX);

        assertThatThrownBy(() -> secrets().write())
                .isInstanceOf(LauncherException.class)
                .hasMessageContaining("have the same FOGWHISK_SITE_ID, dc-1");
    }

    @Test
    void aKeyThatStandsTwiceIsRefusedWithItsLines() throws IOException {
        write("sites/dc-1/secret.env", "FOGWHISK_INFLUX_TOKEN=a\n\nFOGWHISK_INFLUX_TOKEN=b\n");

        assertThatThrownBy(() -> secrets().write())
                .isInstanceOf(LauncherException.class)
                .hasMessageContaining("secret.env:3: FOGWHISK_INFLUX_TOKEN is in line 1 already");
    }

    @Test
    void whatACentreElsewhereHasIsAskedFor() throws IOException {
        Files.delete(root.resolve("central/kustomization.yaml"));

        assertThat(secrets().write().wanted())
                .hasSize(6)
                .anyMatch(wanted ->
                        wanted.contains("sites/dc-1/secret.env: FOGWHISK_CATALOG_TOKEN is to be written there by you"))
                .anyMatch(
                        wanted -> wanted.endsWith("sites/dc-2/secret.env: FOGWHISK_OPENWHISK_AUTH of the centre, which"
                                + " is run from elsewhere, is to be written there by you"));
        assertThat(values("sites/dc-1")).doesNotContainKey("FOGWHISK_OPENWHISK_AUTH");
    }

    @Test
    void aSiteThatFollowsNobodyHasAKeyWithoutACentre() throws IOException {
        Files.delete(root.resolve("central/kustomization.yaml"));
        overlay("sites/dc-1", "dc-1", INFLUX);

        secrets().write();

        assertThat(value("sites/dc-1", "FOGWHISK_OPENWHISK_AUTH")).matches("[0-9a-f-]{36}:[0-9a-f]{64}");
    }

    @Test
    void anInfluxThatDoesNotKnowTheSitesTokensIsRefusedAtTheCentre() throws IOException {
        append("central/kustomization.yaml", "components: [../components/influxdb2]\n");

        assertThatThrownBy(() -> secrets().write())
                .isInstanceOf(LauncherException.class)
                .hasMessageContaining("central/kustomization.yaml: component influxdb2 is not for the centre");
        assertThat(file("sites/dc-1")).doesNotExist();
    }

    @Test
    void theAddressTheUserAndTheKeysOfACouchDbAreAskedFor() throws IOException {
        overlay("sites/dc-1", "dc-1", INFLUX);
        append(
                "sites/dc-1/kustomization.yaml",
                "components: [../../components/workloads, ../../components/couchdb-catalogue]\n");

        assertThat(secrets().write().wanted())
                .extracting(wanted -> wanted.replaceFirst(".*/sites/", "").replaceFirst(" of .*", ""))
                .containsExactlyInAnyOrder(
                        "dc-1/secret.env: FOGWHISK_OPENWHISK_AUTH",
                        "dc-1/site.env: FOGWHISK_CATALOG_URL",
                        "dc-1/site.env: FOGWHISK_CATALOG_USER",
                        "dc-1/secret.env: FOGWHISK_CATALOG_PASSWORD");
        assertThat(values("sites/dc-1")).doesNotContainKey("EDGE_WSK_AUTH");
    }

    @Test
    void componentsGetWhatTheyNeed() throws IOException {
        append(
                "sites/dc-1/kustomization.yaml",
                "components:\n- ../../components/mosquitto\n- ../../components/influxdb2\n- ../../components/workloads\n");
        append("central/kustomization.yaml", "components: [../components/grafana]\n");

        secrets().write();

        Map<String, String> site = values("sites/dc-1");
        assertThat(site).containsKeys("MQTT_PASSWORD", "INFLUXDB_PASSWORD");
        assertThat(new String(Base64.getDecoder().decode(site.get("EDGE_WSK_AUTH")), StandardCharsets.UTF_8))
                .isEqualTo(site.get("FOGWHISK_OPENWHISK_AUTH"));
        Map<String, String> centre = values("central");
        assertThat(centre.get("FOGWHISK_INFLUX_WRITERS")).contains("grafana=" + centre.get("GRAFANA_INFLUX_TOKEN"));
    }

    @Test
    void theBrokersPasswordIsHashedAsMosquittoDoes() throws Exception {
        append("sites/dc-1/kustomization.yaml", "components: [../../components/mosquitto]\n");

        secrets().write();

        String[] parts = value("sites/dc-1", "MQTT_PASSWORDS").split("\\$", -1);
        assertThat(parts).hasSize(5).startsWith("fogwhisk:", "7", "101");
        byte[] salt = Base64.getDecoder().decode(parts[3]);
        byte[] expected = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                .generateSecret(
                        new PBEKeySpec(value("sites/dc-1", "MQTT_PASSWORD").toCharArray(), salt, 101, 512))
                .getEncoded();
        assertThat(Base64.getDecoder().decode(parts[4])).isEqualTo(expected);
    }

    @Test
    void theKeyOfAnOpenWhiskElsewhereIsNotInvented() throws IOException {
        append("sites/dc-1/kustomization.yaml", "components: [../../components/apache-openwhisk]\n");

        assertThat(secrets().write().wanted())
                .anyMatch(wanted -> wanted.endsWith(
                        "FOGWHISK_OPENWHISK_AUTH of your OpenWhisk is to be written there by" + " you"));
        assertThat(values("sites/dc-1")).doesNotContainKeys("FOGWHISK_OPENWHISK_AUTH", "FOGWHISK_CATALOG_TOKEN");
    }

    @Test
    void theCommandSaysWhatIsLeftToDo() throws IOException {
        assertThat(Fogwhisk.run("k8s", "secrets", "--k8s", root.toString())).isZero();
        append("sites/dc-1/kustomization.yaml", "components: [../../components/couchdb-catalogue]\n");
        assertThat(Fogwhisk.run("k8s", "secrets", "--k8s", root.toString())).isEqualTo(1);
        assertThat(Fogwhisk.run(
                        "k8s", "secrets", "--k8s", root.resolve("nowhere").toString()))
                .isEqualTo(1);
    }

    private SecretFiles secrets() {
        return new SecretFiles(new DeployFolder(root));
    }

    private Path file(String overlay) {
        return root.resolve(overlay).resolve("secret.env");
    }

    private String value(String overlay, String key) {
        return EnvFile.read(file(overlay)).value(key).orElseThrow();
    }

    private Map<String, String> values(String overlay) {
        return EnvFile.read(file(overlay)).values();
    }

    private void overlay(String folder, String id, String settings) throws IOException {
        write(folder + "/kustomization.yaml", "kind: Kustomization\nnamespace: " + id + "\n");
        write(folder + "/site.env", "FOGWHISK_SITE_ID=" + id + "\n" + settings);
    }

    private void append(String file, String text) throws IOException {
        write(file, Files.readString(root.resolve(file)) + text);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
