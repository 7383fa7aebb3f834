package io.fogwhisk.launcher.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.FeedProviderConfig.Acceptance;
import io.fogwhisk.feed.alarm.AlarmSettings;
import io.fogwhisk.feed.mqtt.MqttSettings;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.DeclaredFeed;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.PayloadFormat;
import io.fogwhisk.feed.registry.SequenceSpec;
import io.fogwhisk.feed.registry.TopicFilter;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FeedsConfigTest {

    @Test
    void withNothingConfiguredTheDefaultsOfTheProviderHold() {
        FeedsConfig feeds = SiteConfig.defaults().feeds();

        assertThat(feeds.mqtt()).isEqualTo(MqttSettings.DEFAULT);
        assertThat(feeds.alarms()).isEqualTo(AlarmSettings.DEFAULT);
        assertThat(feeds.bounds(7)).isEqualTo(new FeedProviderConfig.Bounds(7, 10_000_000, 1L << 30));
        assertThat(feeds.slim()).isEmpty();
    }

    @Test
    void everyKeyIsRead() {
        String yaml = """
                mqtt:
                  client: paho
                  version: 3.1.1
                  keep-alive: 7s
                  session-expiry: 2d
                  topic-aliases: 8
                  share-take-over: 9s
                  will: {topic: w, payload: bye, qos: 2, retain: true}
                  tls: {authorities: a.pem, certificate: c.pem, key: k.pem}
                feeds:
                  open: false
                  trigger-check: 3m
                  inbox: {messages: 9, bytes: 10m}
                alarms:
                  limit-cron-fields: true
                  spread: 11
                  strict: true
                  cluster: {url: "jdbc:postgresql://h/d", user: u, password: p}
                """;

        FeedsConfig feeds = read(yaml).feeds();

        assertThat(feeds)
                .isEqualTo(new FeedsConfig(
                        new MqttSettings(
                                MqttSettings.Client.PAHO,
                                MqttSettings.Version.MQTT_3,
                                Duration.ofSeconds(7),
                                Duration.ofDays(2),
                                8,
                                Optional.of(new MqttSettings.Will("w", "bye", 2, true)),
                                Duration.ofSeconds(9),
                                new MqttSettings.TlsFiles(
                                        Optional.of(Path.of("a.pem")),
                                        Optional.of(Path.of("c.pem")),
                                        Optional.of(Path.of("k.pem")))),
                        new AlarmSettings(
                                true,
                                11,
                                true,
                                Optional.of(new AlarmSettings.Cluster("jdbc:postgresql://h/d", "u", "p"))),
                        9,
                        10L << 20,
                        Duration.ofMinutes(3),
                        Optional.of(false),
                        Optional.empty()));
    }

    @Test
    void theEnvironmentAloneMakesASlimFeed() {
        Map<String, String> environment = Map.of(
                "FOGWHISK_FEEDS_SLIM_TOPICS", "test, dc/+",
                "FOGWHISK_FEEDS_SLIM_URL", "http://test:hush@mosquitto:1883",
                "FOGWHISK_FEEDS_SLIM_QOS", "2",
                "FOGWHISK_FEEDS_SLIM_FORMAT", "json",
                "FOGWHISK_FEEDS_SLIM_INCLUDE", "topic,time",
                "FOGWHISK_FEEDS_SLIM_BATCH", "100",
                "FOGWHISK_FEEDS_SLIM_BATCH_LINGER", "5",
                "FOGWHISK_OPENWHISK_API_HOST", "whisk.example");

        SiteConfig site = ConfigFile.parse("x", "", environment, SiteConfig::read);
        FeedProviderConfig config = FeedStage.config(site, Optional.of(AuthKey.GUEST), Optional.empty());

        assertThat(config.acceptance()).isEqualTo(Acceptance.BY_INBOX);
        assertThat(config.declared())
                .containsExactly(new DeclaredFeed(
                        QualifiedName.of("guest", "feed_trigger"),
                        AuthKey.GUEST,
                        new MqttSpec(
                                Broker.parse("mqtt://test:hush@mosquitto"),
                                List.of(TopicFilter.parse("test"), TopicFilter.parse("dc/+")),
                                2,
                                new PayloadFormat(
                                        PayloadFormat.Body.JSON,
                                        Set.of(PayloadFormat.Detail.TOPIC, PayloadFormat.Detail.TIME),
                                        Optional.of(new PayloadFormat.Batch(
                                                100, PayloadFormat.Batch.DEFAULT_BYTES, Duration.ofMillis(5))),
                                        false),
                                false)));
        assertThat(site.toString()).doesNotContain("hush");
    }

    @Test
    void aSlimFeedCountsWhatIsMissingIfItIsToldTo() {
        FeedsConfig feeds =
                read("feeds: {slim: {topics: a, seq: n, seq-by: device}}").feeds();

        assertThat(feeds.slim()
                        .orElseThrow()
                        .declared(Broker.parse("mqtt://h"), AuthKey.GUEST)
                        .spec())
                .isEqualTo(new MqttSpec(
                        Broker.parse("mqtt://h"),
                        List.of(TopicFilter.parse("a")),
                        1,
                        PayloadFormat.DEFAULT,
                        false,
                        Optional.of(new SequenceSpec("n", Optional.of("device")))));
    }

    @Test
    void aSlimFeedOfAnotherNamespaceNeedsItsKey() {
        SiteConfig site = read("feeds: {slim: {topics: a, trigger: /rome/t}}");

        assertThatThrownBy(() -> FeedStage.config(site, Optional.of(AuthKey.GUEST), Optional.empty()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("feeds.slim.auth is needed")
                .hasMessageContaining("rome");
    }

    @Test
    void onlyASiteThatNobodyElseReachesIsOpen() {
        assertThat(open(read(""))).isTrue();
        assertThat(open(read("site: {host: 0.0.0.0}"))).isFalse();
        assertThat(open(read("{site: {host: 0.0.0.0}, feeds: {open: true}}"))).isTrue();
    }

    @Test
    void whatIsWrongIsReportedWithItsPath() {
        String yaml = """
                mqtt: {client: x, version: 4, keep-alive: 20h, session-expiry: 0s, will: {topic: "a/#"}, tls: {key: k}}
                feeds: {open: x, slim: {topics: ["a/#/b"], trigger: t, auth: hush, url: "amqp://me:hush@h"}}
                alarms: {spread: 60, cluster: {url: "jdbc:mysql://me:hush@h/d"}}
                openwhisk: {api-host: "x y", through: air}
                """;

        assertThatThrownBy(() -> read(yaml))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.faults())
                                .hasSize(15)
                                .anyMatch(fault -> fault.contains("mqtt.client must be hivemq or paho, was 'x'"))
                                .anyMatch(fault -> fault.contains("mqtt.will.topic is not right"))
                                .anyMatch(fault -> fault.contains("mqtt.tls.certificate is not right"))
                                .anyMatch(fault -> fault.contains("feeds.slim.topics is not right"))
                                .anyMatch(fault -> fault.contains(
                                        "feeds.slim.trigger must have the form /namespace/name, was 't'"))
                                .anyMatch(
                                        fault -> fault.contains("alarms.cluster.url must begin with jdbc:postgresql:"))
                                .anyMatch(
                                        fault -> fault.contains("openwhisk.through must be edge or direct, was 'air'"))
                                .noneMatch(fault -> fault.contains("hush")));
    }

    private static boolean open(SiteConfig site) {
        return FeedStage.config(site, Optional.of(AuthKey.GUEST), Optional.empty())
                .open();
    }

    private static SiteConfig read(String yaml) {
        return ConfigFile.parse("x", yaml, Map.of(), SiteConfig::read);
    }
}
