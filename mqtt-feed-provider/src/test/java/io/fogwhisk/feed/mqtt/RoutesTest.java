package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.delivery.Lanes;
import io.fogwhisk.feed.inbox.SetAside;
import io.fogwhisk.feed.mqtt.Routes.Route;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedDatabase;
import io.fogwhisk.feed.registry.FeedKeys;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.TopicFilter;
import io.fogwhisk.feed.trigger.TriggerFirer;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutesTest {

    private static final Feed FEED = new Feed(
            QualifiedName.of("guest", "readings"),
            AuthKey.GUEST,
            MqttSpec.of(Broker.parse("mqtt://host"), TopicFilter.parse("dc/#"), 1),
            new FeedState.Active(),
            Feed.Origin.CREATED,
            Instant.EPOCH,
            1);

    @Test
    void remembersTheTopicsThatCameButNoneThatIsHuge() {
        // Given
        Routes routes = new Routes(List.of(route()));
        String huge = "dc/" + "x".repeat(60_000);

        // When
        List<Route> usual = routes.match("dc/1");
        List<Route> large = routes.match(huge);

        // Then
        assertThat(usual).hasSize(1);
        assertThat(large).isEqualTo(usual);
        assertThat(routes.match("dc/1")).isSameAs(usual);
        assertThat(routes.match(huge)).isEqualTo(large).isNotSameAs(large);
        assertThat(routes.match("elsewhere")).isEmpty();
    }

    /** Nothing of it runs. */
    private static Route route() {
        FeedDatabase database = new FeedDatabase("unused", Path.of("unused.db"), 1);
        FeedRegistry registry = new FeedRegistry(database, Clock.systemUTC());
        FakeOpenWhisk target = new FakeOpenWhisk();
        Metrics metrics = new Metrics(new SimpleMeterRegistry(), "dc-1");
        TriggerFirer firer = new TriggerFirer("unused", target, target, FeedKeys.NONE, metrics);
        Lanes lanes = new Lanes(registry, new SetAside(database, Clock.systemUTC()), firer, metrics);
        MqttSpec spec = (MqttSpec) FEED.spec();
        return new Route(FEED, spec, spec.topics(), registry.status(FEED.trigger()), lanes.of(FEED));
    }
}
