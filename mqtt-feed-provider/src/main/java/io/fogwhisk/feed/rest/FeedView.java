package io.fogwhisk.feed.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.alarm.AlarmFeeds;
import io.fogwhisk.feed.inbox.SetAsideMessage;
import io.fogwhisk.feed.mqtt.MqttFeeds;
import io.fogwhisk.feed.mqtt.MqttSource;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.feed.registry.FeedStatus;
import io.fogwhisk.feed.registry.Lag;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.OpenSpec;
import io.fogwhisk.feed.registry.SequenceCounts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Shows feeds to users: what they are, how they are, and what went wrong; never a secret. */
final class FeedView {

    /** How many of the next ticks of an alarm are shown. */
    static final int NEXT_TICKS = 5;

    private static final String OPEN =
            "does not run here, because parameters name variables of sites (${site.…}): update"
                    + " it with their values";

    private final FeedRegistry registry;
    private final MqttFeeds mqtt;
    private final AlarmFeeds alarms;
    private final boolean fires;

    FeedView(FeedRegistry registry, MqttFeeds mqtt, AlarmFeeds alarms, boolean fires) {
        this.registry = registry;
        this.mqtt = mqtt;
        this.alarms = alarms;
        this.fires = fires;
    }

    /** {@code {config, status}}, as the alarms package answers a READ; of an alarm also its next and last ticks. */
    ObjectNode show(Feed feed) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ObjectNode config = json.putObject("config");
        config.put("name", feed.trigger().name())
                .put("namespace", feed.trigger().namespace());
        config.setAll(feed.spec().shown());
        ObjectNode status = json.putObject("status");
        status.put("active", feed.active());
        status.put("dateChanged", feed.changed().toEpochMilli());
        status.put("dateChangedISO", feed.changed().toString());
        if (feed.state() instanceof FeedState.Disabled disabled) {
            ObjectNode reason = status.putObject("reason");
            reason.put("kind", disabled.kind());
            disabled.statusCode().ifPresent(code -> reason.put("statusCode", code));
            reason.put("message", disabled.message());
        }
        addState(feed, status);
        if (feed.spec() instanceof AlarmSpec) {
            instants(alarms.next(feed, NEXT_TICKS), json.putArray("next"));
            ArrayNode history = json.putArray("history");
            alarms.history(feed.trigger()).forEach(tick -> addTick(tick, history.addObject()));
        }
        return json;
    }

    private static void addTick(AlarmFeeds.Tick tick, ObjectNode json) {
        json.put("scheduled", tick.scheduled().toString())
                .put("fired", tick.fired().toString())
                .put("outcome", tick.outcome())
                .put("lateMillis", tick.lateMillis());
        if (!tick.reason().isEmpty()) {
            json.put("reason", tick.reason());
        }
    }

    /** Adds instants to a list. */
    static void instants(List<Instant> instants, ArrayNode list) {
        instants.forEach(instant -> list.add(instant.toString()));
    }

    /** What a trigger says of its feed: kind, state, what went wrong and counts. */
    ObjectNode state(Feed feed) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("kind", feed.spec().kind())
                .put("declared", feed.origin() == Feed.Origin.DECLARED)
                .put("followed", feed.origin() == Feed.Origin.FOLLOWED);
        json.setAll((ObjectNode) show(feed).path("status"));
        return json;
    }

    /** How a feed is and what it counted, without its parameters. */
    ObjectNode counts(Feed feed) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("trigger", feed.trigger().toString());
        addState(feed, json);
        return json;
    }

    /** One line of the list of feeds. */
    ObjectNode line(Feed feed) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("trigger", feed.trigger().toString()).put("type", feed.spec().kind());
        json.setAll(feed.spec().shown());
        if (feed.state() instanceof FeedState.Disabled disabled) {
            json.put("reason", disabled.message());
        }
        addState(feed, json);
        return json;
    }

    /** One message set aside. */
    static ObjectNode line(SetAsideMessage message) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", message.id())
                .put("at", message.at().toString())
                .put("trigger", message.trigger())
                .put("topic", message.topic())
                .put("bytes", message.bytes())
                .put("reason", message.reason());
    }

    private static void addSequence(SequenceCounts counts, ObjectNode json) {
        json.put("missing", counts.missing())
                .put("repeated", counts.repeated())
                .put("restarts", counts.restarts())
                .put("unknown", counts.unknown())
                .put("unnumbered", counts.unnumbered())
                .put("devices", counts.devices());
    }

    private void addState(Feed feed, ObjectNode json) {
        FeedStatus status = registry.status(feed.trigger());
        Optional<String> refused = Optional.empty();
        Optional<String> away = Optional.empty();
        String state = feed.active() ? "active" : feed.state() instanceof FeedState.Paused ? "paused" : "disabled";
        if (feed.active() && (!fires || feed.spec() instanceof OpenSpec)) {
            state = "recorded";
            refused = fires ? Optional.of(OPEN) : refused;
        } else if (feed.active() && feed.spec() instanceof MqttSpec spec) {
            List<MqttSource.State> connections = mqtt.connections(feed);
            boolean connected = !connections.isEmpty() && connections.stream().allMatch(MqttSource.State::connected);
            away = connections.stream().flatMap(now -> now.error().stream()).findFirst();
            refused = connections.stream()
                    .flatMap(now -> spec.topics().stream()
                            .flatMap(topic -> Optional.ofNullable(now.refused().get(topic)).stream()))
                    .findFirst();
            state = refused.isPresent() ? "refused" : connected ? "connected" : "connecting";
        }
        json.put("state", state);
        refused.or(() -> status.lastError()).ifPresent(error -> json.put("lastError", error));
        away.ifPresent(error -> json.put("lastError", "broker: " + error));
        if (feed.active()) {
            alarms.nextTick(feed.trigger()).ifPresent(next -> json.put("next", next.toString()));
        }
        json.put("received", status.received()).put("fired", status.fired());
        json.put("retried", status.retried()).put("setAside", status.setAside());
        status.lastErrorAt().ifPresent(at -> json.put("lastErrorAt", at.toString()));
        if (feed.spec() instanceof MqttSpec) {
            Lag lag = status.lag();
            json.put("lag", lag.messages());
            lag.oldest().ifPresent(oldest -> json.put("oldest", oldest.toString()));
            status.sequence().ifPresent(counts -> addSequence(counts, json.putObject("sequence")));
        }
    }
}
