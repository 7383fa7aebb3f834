package io.fogwhisk.feed.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.alarm.AlarmFeeds;
import io.fogwhisk.feed.inbox.Inbox;
import io.fogwhisk.feed.inbox.SetAside;
import io.fogwhisk.feed.mqtt.MqttFeeds;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.feed.registry.FeedStatus;
import io.fogwhisk.feed.registry.MqttSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Says whether the provider does all that it is asked to, and if not, what is wrong. */
final class FeedHealth {

    private static final int UNAVAILABLE = 503;
    private static final Duration LONG_WAIT = Duration.ofMinutes(1);
    private static final int MOST_PROBLEMS = 100;

    private final FeedRegistry registry;
    private final MqttFeeds mqtt;
    private final AlarmFeeds alarms;
    private final SetAside setAside;
    private final Optional<Inbox> inbox;
    private final FeedView view;
    private final Clock clock;

    FeedHealth(
            FeedRegistry registry,
            MqttFeeds mqtt,
            AlarmFeeds alarms,
            SetAside setAside,
            Optional<Inbox> inbox,
            FeedView view,
            Clock clock) {
        this.registry = registry;
        this.mqtt = mqtt;
        this.alarms = alarms;
        this.setAside = setAside;
        this.inbox = inbox;
        this.view = view;
        this.clock = clock;
    }

    /**
     * The health.
     *
     * @param strict whether a provider in trouble answers 503, for probes that look at nothing else
     * @param visible of which namespaces the caller may know more than how many feeds there are
     */
    Reply now(boolean strict, Predicate<String> visible) {
        List<Feed> feeds = registry.feeds();
        List<Problem> problems = problems(feeds);
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("status", problems.isEmpty() ? "ok" : "degraded")
                .put("feeds", feeds.size());
        json.put("inFlight", mqtt.inFlight()).put("unmatched", mqtt.unmatched());
        json.putObject("setAside").put("count", setAside.count()).put("full", setAside.full());
        inbox.map(Inbox::state)
                .ifPresent(state -> json.putObject("inbox")
                        .put("messages", state.messages())
                        .put("bytes", state.bytes())
                        .put("full", !state.full().isEmpty())
                        .put("dropped", state.dropped()));
        ArrayNode wrong = json.putArray("problems");
        problems.stream()
                .filter(problem -> problem.namespace.isEmpty() || visible.test(problem.namespace))
                .map(Problem::text)
                .distinct()
                .limit(MOST_PROBLEMS)
                .forEach(wrong::add);
        addDetails(
                json,
                feeds.stream()
                        .filter(feed -> visible.test(feed.trigger().namespace()))
                        .toList(),
                visible);
        return new Reply(strict && !problems.isEmpty() ? UNAVAILABLE : 200, json);
    }

    /**
     * Something that is wrong.
     *
     * @param namespace whose trouble it is; empty for everybody's
     */
    private record Problem(String namespace, String text) {}

    private void addDetails(ObjectNode json, List<Feed> feeds, Predicate<String> visible) {
        Map<String, Integer> states = new TreeMap<>();
        ArrayNode each = json.putArray("perFeed");
        feeds.forEach(feed -> {
            ObjectNode counts = view.counts(feed);
            states.merge(counts.path("state").asText(), 1, Integer::sum);
            each.add(counts);
        });
        ObjectNode perState = json.putObject("states");
        states.forEach(perState::put);
        ArrayNode list = json.putArray("connections");
        mqtt.connections().stream()
                .filter(connection -> visible.test(connection.namespace()))
                .forEach(connection -> {
                    ObjectNode item = list.addObject()
                            .put("namespace", connection.namespace())
                            .put("broker", connection.broker().toString())
                            .put("connected", connection.state().connected());
                    connection.state().error().ifPresent(error -> item.put("error", error));
                });
    }

    private List<Problem> problems(List<Feed> feeds) {
        List<Problem> problems = new ArrayList<>();
        if (setAside.full()) {
            problems.add(new Problem(
                    "",
                    "there is no room for more messages set aside: replay or drop some"
                            + " (fogwhisk feeds set-aside list)"));
        }
        inbox.map(Inbox::state)
                .ifPresent(state -> state.full()
                        .forEach(namespace -> problems.add(new Problem(
                                namespace,
                                "the inbox is full for namespace " + namespace + ": no message is taken from its"
                                        + " brokers until the OpenWhisk takes some of those that wait"))));
        alarms.problem().ifPresent(why -> problems.add(new Problem("", why)));
        mqtt.connections().stream()
                .filter(connection -> !connection.state().connected())
                .forEach(connection -> problems.add(new Problem(
                        connection.namespace(),
                        "broker " + connection.broker() + " of namespace " + connection.namespace() + " is away: "
                                + connection.state().error().orElse("connecting"))));
        for (Feed feed : feeds) {
            String namespace = feed.trigger().namespace();
            if (feed.state() instanceof FeedState.Disabled disabled && !cameToItsEnd(feed, disabled)) {
                problems.add(
                        new Problem(namespace, "feed of " + feed.trigger() + " is disabled: " + disabled.message()));
            }
            lag(feed).ifPresent(text -> problems.add(new Problem(namespace, text)));
            refusals(feed).forEach(text -> problems.add(new Problem(namespace, text)));
        }
        return problems;
    }

    /** An alarm that did all that it was made for is no trouble; one whose fire was refused is. */
    private boolean cameToItsEnd(Feed feed, FeedState.Disabled disabled) {
        return disabled.statusCode().isEmpty() && alarms.isOver(feed);
    }

    private Optional<String> lag(Feed feed) {
        FeedStatus status = registry.status(feed.trigger());
        return status.lag()
                .oldest()
                .filter(oldest -> oldest.isBefore(clock.instant().minus(LONG_WAIT)))
                .map(oldest -> "messages of " + feed.trigger() + " wait since " + oldest + ": "
                        + status.lastError().orElse("the OpenWhisk does not keep up"));
    }

    private List<String> refusals(Feed feed) {
        return feed.spec() instanceof MqttSpec spec
                ? mqtt.connections(feed).stream()
                        .flatMap(state -> state.refused().entrySet().stream())
                        .filter(refused -> spec.topics().contains(refused.getKey()))
                        .map(refused -> "feed of " + feed.trigger() + ": the broker refused " + refused.getKey() + ": "
                                + refused.getValue())
                        .toList()
                : List.of();
    }
}
