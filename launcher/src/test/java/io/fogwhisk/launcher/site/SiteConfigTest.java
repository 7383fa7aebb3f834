package io.fogwhisk.launcher.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fogwhisk.aggregate.outbox.OutboxConfig;
import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.influx.catalog.ConfiguredBucket;
import io.fogwhisk.influx.retention.Downsampling;
import io.fogwhisk.influx.retention.WindowFunction;
import io.fogwhisk.launcher.ExternalTool;
import io.fogwhisk.lean.LeanConfig;
import io.fogwhisk.lean.identity.NamespaceLimits;
import io.fogwhisk.lean.identity.NamespaceLimits.StoreActivations;
import io.fogwhisk.lean.parameters.SiteValue;
import io.fogwhisk.lean.parameters.Target;
import io.fogwhisk.lean.parameters.Target.Kind;
import io.fogwhisk.lean.runtime.RuntimeSettings;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteConfigTest {

    @TempDir
    Path folder;

    @Test
    void anEmptyConfigurationIsThePublishedOne() {
        SiteConfig config = SiteConfig.defaults();

        assertThat(config.id()).isEqualTo("dc-1");
        assertThat(config.data()).isEqualTo(Path.of("data/dc-1"));
        assertThat(config.host()).isEqualTo("127.0.0.1");
        assertThat(config.ports())
                .isEqualTo(new Ports(1883, 3233, 8086, 3000, 20_000, 6475, 6473, 6474, 10_000, 8080, 5984));
        assertThat(config.openwhisk())
                .isEqualTo(new OpenWhiskConfig(
                        Optional.empty(),
                        false,
                        true,
                        Optional.empty(),
                        NamespaceLimits.DEFAULT,
                        LeanConfig.Retention.DEFAULT,
                        RuntimeSettings.DEFAULT,
                        Optional.empty(),
                        false));
        assertThat(config.influxOrg()).isEqualTo("influxdata");
        assertThat(config.local()).isEqualTo(InfluxTarget.embedded("measure"));
        assertThat(config.centre()).isEqualTo(InfluxTarget.embedded("aggregates"));
        assertThat(config.sample()).contains(new SiteConfig.Sample("test", "1d", "1d", "0 3 * * *"));
        assertThat(config.central()).isFalse();
        assertThat(config.roles()).isEqualTo(RolesConfig.ALL);
    }

    @Test
    void theCommentedSampleSaysTheDefaults() {
        SiteConfig sample =
                ConfigFile.read(ExternalTool.projectRoot().resolve("samples/site.yaml"), Map.of(), SiteConfig::read);

        assertThat(sample).isEqualTo(SiteConfig.defaults());
    }

    @Test
    void theCommentedSampleHasEveryKey() throws Exception {
        String sample = Files.readString(ExternalTool.projectRoot().resolve("samples/site.yaml"));
        String unknown = """
                zzz: 1
                site: {zzz: 1}
                mqtt: {zzz: 1, will: {zzz: 1}, tls: {zzz: 1}}
                openwhisk: {zzz: 1, tls: {zzz: 1}, limits: {zzz: 1}, activations: {zzz: 1}, runtimes: {zzz: 1}}
                feeds: {zzz: 1, inbox: {zzz: 1}, slim: {zzz: 1}}
                alarms: {zzz: 1, cluster: {zzz: 1}}
                edge: {zzz: 1}
                influx: {zzz: 1, local: {zzz: 1}, central: {zzz: 1}, downsample: [{zzz: 1, from: measure, every: 1h}]}
                wskproxy: {zzz: 1}
                dashboard: {zzz: 1}
                limits: {zzz: 1}
                sample: {zzz: 1}
                """;

        assertThatThrownBy(() -> ConfigFile.parse("x", unknown, Map.of(), SiteConfig::read))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.faults())
                                .filteredOn(fault -> !fault.contains("downsample[0].to "))
                                .hasSize(24)
                                .allSatisfy(fault -> {
                                    String known = fault.substring(fault.indexOf("known here: ") + 12);
                                    assertThat(known.split(", "))
                                            .allSatisfy(
                                                    key -> assertThat(sample).contains(key + ":"));
                                }));
    }

    @Test
    void everyKeyIsRead() {
        String yaml = """
                site: {id: rome, data: /srv/rome, host: 0.0.0.0, central: true}
                mqtt: {port: 1, url: "mqtt://broker:1883"}
                openwhisk:
                  port: 2
                  auth: "%s"
                  allow-well-known-keys: true
                  through: direct
                  tls: {enabled: false}
                  limits: {invocations-per-minute: 60, fires-per-minute: 61, concurrent-invocations: 30}
                  activations: {keep: 16, bytes: 19m, age: 17d}
                  runtimes: {memory: 256, idle-timeout: 18s, network: false, work-folder: /srv/work,
                             executables: {"go:1.20": [/opt/go, -x], "sh:1": /bin/sh}}
                influx:
                  port: 3
                  org: acme
                  token: the-operators-token
                  writers: ["dc-1=the-token-of-dc-1", "dc-2=the-token-of-dc-2"]
                  max-disk: 10g
                  query-time: 40s
                  downsample:
                    - {from: b1, to: b1_1h, every: 1h, functions: [mean, max], measurements: [m], lateness: 20s, keep: 21d}
                    - {from: b1_1h, to: b1_1d, every: 1d, functions: count}
                  local: {url: "http://one:8086/", token: t1, bucket: b1}
                  central: {url: "https://two", token: t2, bucket: b2}
                feeds: {port: 4, url: "http://feeds:30/"}
                wskproxy: {port: 5}
                edge: {controller-port: 6, router-port: 7, table-port: 8, computer-port: 9, policy: random,
                       router: "router:6473"}
                dashboard: {port: 10}
                catalog: {port: 11, serve: true, share-tokens: false, sites: [dc-1=fwt_0123456789012345678901234567890123456789_-A]}
                parameters:
                  namespaces: {guest: {unit: C}}
                  packages: {/guest/p: {a: 1}}
                  actions: {/guest/p/x: {b: [true]}}
                  triggers: {/guest/t: {c: {d: e}}}
                  feeds: {/guest/t: {topic: hall}}
                limits: {fires-in-flight: 11, queued-invocations: 12, running-activations: 13, outbox-entries: 14,
                         outbox-bytes: 2k, outbox-age: 30d, commit-pace: 15ms}
                sample: {install: true, topic: "a/b", window: 5s, lateness: 6s, cron: "* * * * *"}
                """.formatted(AuthKey.SYSTEM.reveal());

        SiteConfig config = ConfigFile.parse("x", yaml, Map.of(), SiteConfig::read);

        assertThat(config)
                .isEqualTo(new SiteConfig(
                        "rome",
                        true,
                        new RolesConfig(
                                Set.of(SiteRole.INFLUX, SiteRole.OPENWHISK, SiteRole.FEEDS),
                                Optional.of("http://feeds:30"),
                                Optional.of("router:6473")),
                        Path.of("/srv/rome"),
                        "0.0.0.0",
                        new Ports(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
                        Optional.of(Broker.tcp("broker", 1883)),
                        new OpenWhiskConfig(
                                Optional.of(AuthKey.SYSTEM),
                                true,
                                false,
                                Optional.empty(),
                                new NamespaceLimits(60, 30, 61, Optional.empty(), StoreActivations.ALL),
                                new LeanConfig.Retention(16, 19L << 20, Duration.ofDays(17)),
                                new RuntimeSettings(
                                        256,
                                        Duration.ofSeconds(18),
                                        false,
                                        Path.of("/srv/work"),
                                        Map.of("go:1.20", List.of("/opt/go", "-x"), "sh:1", List.of("/bin/sh"))),
                                Optional.empty(),
                                true),
                        new InfluxConfig(
                                "acme",
                                OptionalLong.of(10L << 30),
                                Duration.ofSeconds(40),
                                List.of(
                                        new InfluxConfig.Downsample(
                                                new Downsampling(
                                                        "b1",
                                                        "b1_1h",
                                                        Duration.ofHours(1),
                                                        Duration.ofSeconds(20),
                                                        List.of(WindowFunction.MEAN, WindowFunction.MAX),
                                                        List.of("m")),
                                                Optional.of(Duration.ofDays(21))),
                                        new InfluxConfig.Downsample(
                                                new Downsampling(
                                                        "b1_1h",
                                                        "b1_1d",
                                                        Duration.ofDays(1),
                                                        Duration.ofMinutes(5),
                                                        List.of(WindowFunction.COUNT),
                                                        List.of()),
                                                Optional.empty())),
                                Optional.of("the-operators-token"),
                                new NamedTokens(Map.of("dc-1", "the-token-of-dc-1", "dc-2", "the-token-of-dc-2"))),
                        new InfluxTarget(Optional.of("http://one:8086"), Optional.of("t1"), "b1"),
                        new InfluxTarget(Optional.of("https://two"), Optional.of("t2"), "b2"),
                        "random",
                        new SiteConfig.Limits(
                                11,
                                12,
                                13,
                                new OutboxConfig.Bounds(14, 2_048, Duration.ofDays(30), 10_000),
                                Duration.ofMillis(15)),
                        SiteConfig.defaults().feeds(),
                        new CatalogConfig(
                                true,
                                false,
                                false,
                                new NamedTokens(Map.of("dc-1", "fwt_0123456789012345678901234567890123456789_-A")),
                                Optional.empty()),
                        new ParametersConfig(
                                Map.of(),
                                Map.of(
                                        new Target(Kind.NAMESPACE, "guest"), given("unit", "\"C\""),
                                        new Target(Kind.PACKAGE, "guest/p"), given("a", "1"),
                                        new Target(Kind.ACTION, "guest/p/x"), given("b", "[true]"),
                                        new Target(Kind.TRIGGER, "guest/t"), given("c", "{\"d\":\"e\"}"),
                                        new Target(Kind.FEED, "guest/t"), given("topic", "\"hall\""))),
                        Optional.of(new SiteConfig.Sample("a/b", "5s", "6s", "* * * * *"))));
    }

    @Test
    void tokensThatCannotBeUsedAreFaultsThatDoNotShowThem() {
        Map<String, String> environment = Map.of(
                "FOGWHISK_INFLUX_TOKEN", "hush hush hush hush",
                "FOGWHISK_INFLUX_WRITERS", "dc-1=hush,dc-2=hush-hush-hush-hush,dc-3=hush-hush-hush-hush,hush",
                "FOGWHISK_CATALOG_SITES", "dc-1=hush-hush-hush-hush");

        assertThatThrownBy(() -> ConfigFile.parse("x", "", environment, SiteConfig::read))
                .isInstanceOfSatisfying(ConfigException.class, e -> {
                    assertThat(e.faults()).hasSize(6);
                    assertThat(e.getMessage())
                            .contains("influx.token must be at least 16 characters")
                            .contains("influx.writers has a token for dc-1 that is not one")
                            .contains("influx.writers gives dc-3 the token of another")
                            .contains("influx.writers must be a list of NAME=TOKEN")
                            .contains("catalog.sites has a token for dc-1 that is not fwt_")
                            .contains("catalog.sites is for the centre")
                            .doesNotContain("hush");
                });
    }

    @Test
    void whatOpenWhiskCannotBeToldIsReportedWithItsPath() throws Exception {
        Path text = Files.writeString(folder.resolve("text.pem"), "no certificate");
        String yaml = """
                openwhisk:
                  auth: "uuid:hush"
                  tls: {certificate: "%s", key: absent.pem}
                  limits: {fires-per-minute: -1}
                  activations: {age: 0s, bytes: much}
                  runtimes: {memory: 1, network: perhaps, executables: {"go:1": []}}
                """.formatted(text);

        assertThatThrownBy(() -> ConfigFile.parse("x", yaml, Map.of(), SiteConfig::read))
                .isInstanceOfSatisfying(ConfigException.class, e -> {
                    assertThat(e.faults()).hasSize(8).allMatch(fault -> fault.startsWith("x: openwhisk."));
                    assertThat(e.getMessage())
                            .contains("openwhisk.auth ", "openwhisk.tls.certificate and key: ", text.toString())
                            .contains("openwhisk.limits.fires-per-minute must be a whole number")
                            .contains("openwhisk.activations.age must be at least 1s, was '0s'")
                            .contains("openwhisk.activations.bytes must be a size such as")
                            .contains("openwhisk.runtimes.memory", "openwhisk.runtimes.network")
                            .contains("openwhisk.runtimes.executables.go:1 must be a text or a list of texts")
                            .doesNotContain("hush");
                });
        assertThatThrownBy(() -> ConfigFile.parse("x", "openwhisk: {tls: {key: k.pem}}", Map.of(), SiteConfig::read))
                .hasMessage("x: openwhisk.tls.certificate is required when the other one is given");
    }

    @Test
    void aDatabaseOfTheUsersOwnNeedsItsToken() {
        assertThatThrownBy(() ->
                        ConfigFile.parse("x", "influx: {local: {url: \"http://one\"}}", Map.of(), SiteConfig::read))
                .hasMessage("x: influx.local.token is required when url names an InfluxDB of your own");
    }

    @Test
    void whatTheEmbeddedDatabaseCannotBeToldIsReportedWithItsPath() {
        String yaml = """
                influx:
                  max-disk: much
                  query-time: 0s
                  local: {retention: 5m}
                  central: {url: "http://two", token: t, retention: 2h}
                  downsample:
                    - {from: elsewhere, to: x, every: 1h, functions: [mean]}
                    - {from: measure, to: measure, every: 1h, functions: [mean]}
                    - {from: measure, to: x, every: 1ms, functions: [meen]}
                    - 7
                """;

        assertThatThrownBy(() -> ConfigFile.parse("x", yaml, Map.of(), SiteConfig::read))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.faults()).allMatch(fault -> fault.startsWith("x: influx.")))
                .hasMessageContaining("influx.max-disk must be a size such as")
                .hasMessageContaining("influx.query-time must be more than zero")
                .hasMessageContaining("influx.local.retention must be at least 1h, or 0s for ever, was '5m'")
                .hasMessageContaining("influx.central.retention is for the embedded InfluxDB")
                .hasMessageContaining("influx.downsample[0].from must be a bucket of the embedded InfluxDB")
                .hasMessageContaining("from and to must be different buckets, was measure")
                .hasMessageContaining("influx.downsample[2].every must be whole seconds, at least 1s, was '1ms'")
                .hasMessageContaining("influx.downsample[2].functions must be one of [mean, median")
                .hasMessageContaining("influx.downsample[3] must be a section of keys and values");
    }

    @Test
    void bucketsOfTheEmbeddedDatabaseAreConfiguredTogether() {
        SiteConfig config = ConfigFile.parse(
                "x",
                "influx: {local: {bucket: one, retention: 30d}, central: {bucket: one},"
                        + " downsample: [{from: one, to: two, every: 1h, functions: mean, keep: 365d}]}",
                Map.of(),
                SiteConfig::read);

        assertThat(config.influx().buckets(config.local(), config.centre()))
                .containsExactly(
                        new ConfiguredBucket("one", Optional.of(Duration.ofDays(30))),
                        new ConfiguredBucket("two", Optional.of(Duration.ofDays(365))));
    }

    @Test
    void aBrokerThatCannotBeIsReportedWithoutItsPassword() {
        assertThatThrownBy(() ->
                        ConfigFile.parse("x", "mqtt: {url: \"amqp://me:hush@broker\"}", Map.of(), SiteConfig::read))
                .hasMessageStartingWith("x: mqtt.url is not the address of a broker: ")
                .hasMessageNotContaining("hush");
    }

    @Test
    void secretsAreNotInTheTextForm() {
        String yaml =
                "mqtt: {url: \"mqtt://me:hush@broker:1883\"}\nopenwhisk: {auth: \"" + AuthKey.GUEST.reveal() + "\"}";
        SiteConfig config = ConfigFile.parse("x", yaml, Map.of(), SiteConfig::read);

        String shown = config.toString()
                + SiteAddresses.of(config, "hush")
                + new InfluxTarget(Optional.of("http://one"), Optional.of("hush"), "b");

        assertThat(shown).doesNotContain(AuthKey.GUEST.secret()).doesNotContain("hush");
    }

    private static Map<String, SiteValue> given(String key, String json) {
        try {
            return Map.of(key, new SiteValue(new JsonMapper().readTree(json), false));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
