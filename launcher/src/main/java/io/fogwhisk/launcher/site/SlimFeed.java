package io.fogwhisk.launcher.site;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.DeclaredFeed;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The feed of slim mode: some topics fire one trigger because the configuration says so, without a package or a feed
 * action.
 *
 * @param broker empty for the site's
 * @param trigger with its namespace
 * @param auth the key to fire with; empty for the site's own of the namespace guest
 * @param spec which messages, of a broker that does not count
 */
public record SlimFeed(Optional<Broker> broker, QualifiedName trigger, Optional<AuthKey> auth, MqttSpec spec) {

    private static final QualifiedName TRIGGER = QualifiedName.of(SiteIdentities.GUEST, "feed_trigger");
    private static final Broker ANY = Broker.tcp("localhost", 1883);
    /** The keys of the configuration, and the feed parameters that they are. */
    private static final Map<String, String> PARAMETERS = Map.of(
            "qos", "qos",
            "ordered", "ordered",
            "format", "format",
            "batch", "batch",
            "batch-bytes", "batchBytes",
            "batch-linger", "batchLinger",
            "status", "status",
            "seq", "seq",
            "seq-by", "seqBy");

    /** Checks for null. */
    public SlimFeed {
        Objects.requireNonNull(broker, "broker is null");
        Objects.requireNonNull(trigger, "trigger is null");
        Objects.requireNonNull(auth, "auth is null");
        Objects.requireNonNull(spec, "spec is null");
    }

    /** Reads it; empty unless topics are given. */
    static Optional<SlimFeed> read(ConfigNode node) {
        List<String> topics = node.texts("topics");
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("url", ANY.reveal());
        topics.forEach(json.withArray("/topics")::add);
        PARAMETERS.forEach((key, parameter) -> node.text(key).ifPresent(text -> json.put(parameter, text)));
        node.texts("include").forEach(json.withArray("/include")::add);
        Optional<Broker> broker =
                node.secret("url", Optional.empty(), FeedsConfig.rule(url -> Optional.of(Broker.parse(url))));
        QualifiedName trigger = node.value("trigger", TRIGGER, SlimFeed::trigger);
        Optional<AuthKey> auth = node.secret("auth", Optional.empty(), text -> Optional.of(AuthKey.parse(text)));
        return topics.isEmpty()
                ? Optional.empty()
                : FeedsConfig.checked(
                        node,
                        "topics",
                        Optional.empty(),
                        () -> Optional.of(new SlimFeed(broker, trigger, auth, MqttSpec.of(json))));
    }

    /** The feed, once it is known which broker and key it is about. */
    DeclaredFeed declared(Broker siteBroker, AuthKey key) {
        return new DeclaredFeed(
                trigger,
                key,
                new MqttSpec(
                        broker.orElse(siteBroker),
                        spec.topics(),
                        spec.qos(),
                        spec.format(),
                        spec.ordered(),
                        spec.sequence()));
    }

    private static QualifiedName trigger(String text) {
        String rule = "must have the form /namespace/name";
        try {
            QualifiedName name = QualifiedName.parse(text);
            if (name.packageName().isPresent() || name.namespace().equals(QualifiedName.DEFAULT_NAMESPACE)) {
                throw new IllegalArgumentException(rule);
            }
            return name;
        } catch (WskException e) {
            throw new IllegalArgumentException(rule, e);
        }
    }
}
