package io.fogwhisk.launcher.site;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.launcher.site.SiteConfig.Sample;
import io.fogwhisk.wsk.client.WskEntities;
import io.fogwhisk.wsk.client.WskEntities.Collection;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Declares the sample pipeline at a site through its public REST API, with the requests of {@code samples/pipeline.sh}:
 * readings of a topic go to the database, and a schedule aggregates them. Declaring it again brings what exists to what
 * the configuration says and leaves a rule that the user disabled as it is.
 */
final class SamplePipeline {

    private static final String PACKAGE = "pipeline";
    private static final QualifiedName AGGREGATOR = QualifiedName.of("whisk.system", "aggregator");
    private static final QualifiedName MQTT_FEED = QualifiedName.of("whisk.system", "mqtt", "mqtt_feed");
    private static final QualifiedName ALARM_FEED = QualifiedName.of("whisk.system", "alarms", "alarm");
    private static final String FEED_TRIGGER = "feed_trigger";
    /** What waits in the outbox is kept under these: the databases can move. */
    static final String LOCAL = "local";

    static final String CENTRAL = "central";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final SiteConfig config;
    private final SiteAddresses addresses;
    private final Sample sample;
    private final AuthKey guest;

    SamplePipeline(SiteConfig config, SiteAddresses addresses, Sample sample, AuthKey guest) {
        this.config = config;
        this.addresses = addresses;
        this.sample = sample;
        this.guest = guest;
    }

    void install() {
        try (WskEntities whisk = new WskEntities(addresses.apiHost(), guest, TIMEOUT)) {
            boolean bound = exists(whisk, Collection.PACKAGES, PACKAGE);
            whisk.bindPackage(AGGREGATOR, PACKAGE, parameters(), bound);
            pipe(whisk, FEED_TRIGGER, "mqttRule", "addReadingToDb", MQTT_FEED, declared() ? Optional.empty() : mqtt());
            pipe(whisk, "aggregatesTrigger", "aggregatesRule", "aggregatesAction", ALARM_FEED, alarm());
        }
    }

    /**
     * The rule comes before the subscription, so that no message finds a trigger that leads nowhere; and the
     * subscription is made each time, so that a start that was cut short is mended by the next one.
     *
     * @param params for the feed; empty if the configuration declares the feed of this trigger
     */
    private static void pipe(
            WskEntities whisk,
            String trigger,
            String rule,
            String action,
            QualifiedName feed,
            Optional<JsonObject> params) {
        if (!exists(whisk, Collection.TRIGGERS, trigger)) {
            whisk.putFeedTrigger(trigger, feed, false);
        }
        if (!exists(whisk, Collection.RULES, rule)) {
            whisk.putRule(
                    rule,
                    QualifiedName.of(SiteIdentities.GUEST, trigger),
                    QualifiedName.of(SiteIdentities.GUEST, PACKAGE, action),
                    false);
        }
        params.ifPresent(each -> whisk.subscribe(trigger, feed, each));
    }

    private static boolean exists(WskEntities whisk, Collection collection, String name) {
        return whisk.get(collection, QualifiedName.of(QualifiedName.DEFAULT_NAMESPACE, name))
                .isPresent();
    }

    /** Whether the topics of slim mode fire the sample's trigger. */
    private boolean declared() {
        QualifiedName trigger = QualifiedName.of(SiteIdentities.GUEST, FEED_TRIGGER);
        return config.feeds()
                .slim()
                .filter(slim -> slim.trigger().equals(trigger))
                .isPresent();
    }

    private Optional<JsonObject> mqtt() {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        return Optional.of(JsonObject.adopt(params.put("topic", sample.topic()).put("url", broker())));
    }

    private Optional<JsonObject> alarm() {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        return Optional.of(JsonObject.adopt(params.put("cron", sample.cron())));
    }

    private List<KeyValue> parameters() {
        String localUrl = value("influx.url", addresses.localUrl());
        String localToken = value("influx.token", addresses.localToken());
        String localBucket = value("influx.bucket", config.local().bucket());
        String org = value("influx.org", config.influxOrg());
        return List.of(
                parameter("influx_name", LOCAL),
                parameter("influx_url", localUrl),
                parameter("influx_token", localToken),
                parameter("influx_org", org),
                parameter("influx_bucket", localBucket),
                parameter("local_name", LOCAL),
                parameter("local_url", localUrl),
                parameter("local_token", localToken),
                parameter("local_org", org),
                parameter("local_bucket", localBucket),
                parameter("central_name", CENTRAL),
                parameter("central_url", value("central.url", addresses.centralUrl())),
                parameter("central_token", value("central.token", addresses.centralToken())),
                parameter("central_org", org),
                parameter(
                        "central_bucket",
                        value("central.bucket", config.centre().bucket())),
                parameter("window", sample.window()),
                parameter("lateness", sample.lateness()));
    }

    /** What is declared for other sites names what each of them has; what is for this one says it. */
    private String value(String variable, String here) {
        return config.catalog().serve() ? "${site." + variable + "}" : here;
    }

    /** A feed that runs here as well needs to know its broker. */
    private String broker() {
        String here = addresses.broker().reveal();
        return config.catalog().feeds() ? here : value("mqtt.url", here);
    }

    private static KeyValue parameter(String key, String value) {
        return new KeyValue(key, JsonNodeFactory.instance.textNode(value));
    }
}
