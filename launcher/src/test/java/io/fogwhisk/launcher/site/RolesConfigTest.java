package io.fogwhisk.launcher.site;

import static io.fogwhisk.launcher.site.SiteRole.BROKER;
import static io.fogwhisk.launcher.site.SiteRole.EDGE;
import static io.fogwhisk.launcher.site.SiteRole.FEEDS;
import static io.fogwhisk.launcher.site.SiteRole.INFLUX;
import static io.fogwhisk.launcher.site.SiteRole.OPENWHISK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.ConfigFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RolesConfigTest {

    private static final String INFLUX_ELSEWHERE =
            "influx: {local: {url: 'http://influx:8086', token: t}, central: {url: 'http://influx:8086', token: t}}\n";

    @Test
    void withoutRolesEverythingRunsForWhichNoOtherPlaceIsGiven() {
        assertThat(read("").roles().run()).containsExactlyInAnyOrder(SiteRole.values());
        assertThat(read("mqtt: {url: 'mqtt://broker:1883'}").roles().run())
                .containsExactlyInAnyOrder(INFLUX, OPENWHISK, FEEDS, EDGE);
        assertThat(read("openwhisk: {api-host: 'http://whisk:3233'}").roles().run())
                .containsExactlyInAnyOrder(BROKER, INFLUX, FEEDS);
        assertThat(read("edge: {router: 'router:6473'}").roles().run())
                .containsExactlyInAnyOrder(BROKER, INFLUX, OPENWHISK, FEEDS);
        assertThat(read("site: {central: true}").roles().run()).containsExactlyInAnyOrder(INFLUX, OPENWHISK, FEEDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[broker]", "[influx]", "[broker, influx]"})
    void whatNeedsNothingElseNeedsNoAddresses(String roles) {
        assertThat(read("site: {roles: " + roles + "}").roles().run()).hasSize(roles.split(",").length);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    openwhisk, feeds, influx | mqtt.url | broker
                    broker, feeds            | openwhisk.api-host | openwhisk
                    broker, influx, openwhisk | feeds.url | feeds
                    broker, openwhisk, feeds | influx.local.url | influx
                    broker, openwhisk, feeds | influx.central.url | influx
                    """)
    void anAddressThatIsMissingIsAFaultThatNamesBothKeys(String roles, String key, String role) {
        assertThat(faults("site: {roles: [" + roles + "]}"))
                .contains(key + " is needed, since site.roles leaves " + role
                        + " to another process: say where that is to be found");
    }

    @Test
    void rolesThatCannotBeAreFaults() {
        assertThat(faults("site: {roles: []}"))
                .containsExactly(
                        "site.roles must name at least one of broker, influx, openwhisk, feeds, edge, or be left"
                                + " out for all");
        assertThat(faults("site: {roles: [broker, couch]}"))
                .containsExactly("site.roles must be a list of broker, influx, openwhisk, feeds, edge, was 'couch'");
        assertThat(faults("site: {roles: [broker, edge]}"))
                .singleElement()
                .asString()
                .contains("edge.router");
        assertThat(faults("edge: {router: router}"))
                .singleElement()
                .asString()
                .contains("edge.router must be HOST:PORT");
        assertThat(faults("feeds: {url: feeds}"))
                .singleElement()
                .asString()
                .contains("feeds.url must be http://host:port");
    }

    @Test
    void aCatalogueNeedsTheOpenWhiskAndTheFeedsInOneProcess() {
        String catalog = INFLUX_ELSEWHERE + "catalog: {url: 'http://centre:5984'}\nfeeds: {url: 'http://feeds:3000'}\n";

        assertThat(faults(catalog + "site: {roles: [openwhisk]}"))
                .containsExactly(
                        "catalog.url needs openwhisk and feeds in one process, and site.roles has only one of them");
        assertThat(faults(INFLUX_ELSEWHERE
                        + "feeds: {url: 'http://feeds:3000'}\nsite: {central: true, roles: [openwhisk]}"))
                .singleElement()
                .asString()
                .startsWith("catalog.serve needs openwhisk and feeds in one process");
        assertThat(read(catalog + "site: {roles: [broker]}").catalog().upstream())
                .isEmpty();
        assertThat(read("site: {central: true, roles: [influx]}").catalog().serve())
                .isFalse();
    }

    @Test
    void aPartThatIsNamedIsUsedWhateverAddressOthersFindItAt() {
        SiteConfig config = read("""
                site: {roles: [broker, openwhisk, feeds, influx, edge]}
                mqtt: {url: 'mqtt://mqtt:1883'}
                openwhisk: {api-host: 'http://openwhisk:3233'}
                feeds: {url: 'http://feed-provider:3000'}
                edge: {router: 'edge-router:6473'}
                """);

        assertThat(config.externalBroker()).isEmpty();
        assertThat(config.openwhisk().apiHost()).isEmpty();
        assertThat(config.roles().router()).isEmpty();
        assertThat(config.roles().feedsUrl()).isEmpty();
        assertThat(config.sample()).isPresent();
    }

    @Test
    void rolesComeFromTheEnvironmentAsWell() {
        SiteConfig config =
                ConfigFile.parse("x", "", Map.of("FOGWHISK_SITE_ROLES", "broker, influx"), SiteConfig::read);

        assertThat(config.roles().run()).containsExactlyInAnyOrder(BROKER, INFLUX);
        assertThat(config.sample()).isEmpty();
    }

    private static SiteConfig read(String yaml) {
        return ConfigFile.parse("x", yaml, Map.of(), SiteConfig::read);
    }

    private static List<String> faults(String yaml) {
        return catchThrowableOfType(ConfigException.class, () -> read(yaml)).faults().stream()
                .map(fault -> fault.substring("x: ".length()))
                .toList();
    }
}
