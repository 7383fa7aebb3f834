package io.fogwhisk.launcher.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.lean.parameters.SiteValue;
import io.fogwhisk.lean.parameters.Target;
import io.fogwhisk.lean.parameters.Target.Kind;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CatalogConfigTest {

    @TempDir
    private Path folder;

    @Test
    void aSiteFollowsNothingAndTheCentreServes() {
        assertThat(parse("").catalog()).isEqualTo(CatalogConfig.NONE);
        assertThat(parse("site: {central: true}").catalog())
                .isEqualTo(new CatalogConfig(true, false, true, NamedTokens.NONE, Optional.empty()));
        assertThat(parse("site: {central: true, feeds: true}").catalog().feeds())
                .isTrue();
    }

    @Test
    void everyKeyOfAFollowedCatalogueIsRead() {
        // When
        CatalogConfig.Upstream upstream = parse("""
                        catalog:
                          url: https://who:what@centre:5984/couch/
                          namespaces: [guest, hall]
                          keys-valid: 7d
                          authority: ca.pem
                          databases: {whisks: test_whisks}
                        """).catalog().upstream().orElseThrow();
        // Then
        assertThat(upstream.url()).isEqualTo(URI.create("https://centre:5984/couch"));
        assertThat(upstream.user()).contains("who");
        assertThat(upstream.password()).contains("what");
        assertThat(upstream.namespaces()).isEqualTo(Set.of("guest", "hall"));
        assertThat(upstream.keysValid()).contains(Duration.ofDays(7));
        assertThat(upstream.authority()).contains(Path.of("ca.pem"));
        assertThat(upstream.databases())
                .containsEntry("whisks", "test_whisks")
                .containsEntry("topic_listeners", "topic_listeners");
        assertThat(upstream.toString()).doesNotContain("what");
    }

    @Test
    void aTokenIsThePasswordAndComesFromTheEnvironment() {
        // When
        CatalogConfig.Upstream upstream = ConfigFile.parse(
                        "x",
                        "catalog: {url: 'http://centre:5984'}",
                        Map.of("FOGWHISK_CATALOG_TOKEN", "fwt_1"),
                        SiteConfig::read)
                .catalog()
                .upstream()
                .orElseThrow();
        // Then
        assertThat(upstream.password()).contains("fwt_1");
        assertThat(upstream.user()).isEmpty();
    }

    @Test
    void whatCannotBeIsReportedWithItsPathAndWithoutSecrets() {
        assertThatThrownBy(() -> parse("""
                        site: {central: true}
                        catalog: {url: 'ftp://who:hush@centre', keys-valid: 0s, databases: {whisks: A}}
                        """))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.getMessage())
                                .contains("catalog.url must be the address of a catalogue")
                                .contains("catalog.keys-valid must be ever, or at least 1s")
                                .contains("catalog.databases.whisks must be the name of a CouchDB database")
                                .doesNotContain("hush"));
        assertThatThrownBy(() -> parse("{site: {central: true}, catalog: {url: 'http://other:5984'}}"))
                .hasMessageContaining("catalog.url is for sites");
        assertThatThrownBy(() -> parse("{site: {feeds: false}, catalog: {url: 'http://other:5984'}}"))
                .hasMessageContaining("catalog.url is for sites that run feeds");
        assertThatThrownBy(() -> parse("{openwhisk: {api-host: 'http://w:1'}, catalog: {url: 'http://c:5984'}}"))
                .hasMessageContaining("catalog.url needs an OpenWhisk of the site's own");
    }

    @Test
    void parametersTakeSecretsFromFilesAndSitesHaveVariables() throws Exception {
        // Given
        Path secret = Files.writeString(folder.resolve("token"), "hush\n");
        // When
        ParametersConfig config = parse("""
                        site: {variables: {hall: 3}}
                        parameters: {actions: {/guest/a: {token: {from-file: %s}}}}
                        """.formatted(secret)).parameters();
        // Then
        assertThat(config.given().get(new Target(Kind.ACTION, "guest/a")))
                .isEqualTo(Map.of("token", SiteValue.secret("hush")));
        assertThat(config.variables()).containsKey("site.variables.hall");
        assertThat(config.toString()).doesNotContain("hush");
    }

    @Test
    void wrongParametersAreReportedWithTheirPaths() {
        assertThatThrownBy(() -> parse("""
                        site: {variables: {"a b": 1}}
                        parameters:
                          namespaces: {a/b: {x: 1}}
                          packages: {sensors: {x: 1}}
                          actions: {/guest/a: 3}
                          triggers: {/guest/t: {token: {from-file: /does/not/exist}}}
                          feeds: {/guest/t: {token: {from-env: FOGWHISK_NO_SUCH}}}
                        """))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.getMessage())
                                .contains("site.variables.a b must be a name of letters")
                                .contains("parameters.namespaces.a/b must be the full name")
                                .contains("parameters.packages.sensors must have the form /namespace/name")
                                .contains("parameters.actions./guest/a must be a section")
                                .contains("parameters.triggers./guest/t.token cannot read the file /does/not/exist")
                                .contains("parameters.feeds./guest/t.token the environment has no variable"));
    }

    private static SiteConfig parse(String yaml) {
        return ConfigFile.parse("x", yaml, Map.of(), SiteConfig::read);
    }
}
