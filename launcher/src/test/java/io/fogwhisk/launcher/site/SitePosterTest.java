package io.fogwhisk.launcher.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.base.http.HttpHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SitePosterTest {

    @TempDir
    Path folder;

    @Test
    void whereOthersCanConnectNoSecretIsShown() throws Exception {
        String lines = lines("site: {host: 0.0.0.0}\nmqtt: {url: \"mqtt://user:hushhush@broker:1883\"}");

        assertThat(lines)
                .contains("influx token: in " + folder.resolve("influx.token"))
                .contains("broker:1883")
                .doesNotContain(Files.readString(folder.resolve("influx.token")).strip())
                .doesNotContain("hushhush");
        assertThat(lines("site: {host: 0.0.0.0}\ninflux: {token: 0123456789abcdef}"))
                .contains("influx token: as configured")
                .doesNotContain("0123456789abcdef");
    }

    @Test
    void whereNobodyElseConnectsTheTokenIsThereToBeUsed() throws Exception {
        assertThat(lines(""))
                .contains("influx token: "
                        + Files.readString(folder.resolve("influx.token")).strip());
    }

    private String lines(String yaml) {
        SiteConfig config =
                ConfigFile.parse("x", yaml, Map.of("FOGWHISK_SITE_DATA", folder.toString()), SiteConfig::read);
        try (HttpHost http = new HttpHost();
                Site site = new Site(config, http, Clock.systemUTC())) {
            return String.join("\n", SitePoster.lines(site, ""));
        }
    }
}
