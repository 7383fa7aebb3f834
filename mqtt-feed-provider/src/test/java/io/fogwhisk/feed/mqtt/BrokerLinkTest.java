package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.TopicFilter;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokerLinkTest {

    private static final Broker BROKER = Broker.parse("mqtt://user:secret@host");

    @Test
    void leavesOutFiltersThatAnotherCoversAndKeepsTheHighestQos() {
        Map<TopicFilter, Integer> wanted = BrokerLink.wanted(
                only(feed("guest", "a", 1)),
                List.of(
                        feed("guest", "dc/#", 0),
                        feed("guest", "dc/1", 2),
                        feed("guest", "dc/+/temperature", 1),
                        feed("guest", "dc/1", 1),
                        feed("guest", "other/+", 1),
                        feed("guest", "+/1", 1)));

        assertThat(wanted)
                .containsOnly(
                        Map.entry(TopicFilter.parse("dc/#"), 2),
                        Map.entry(TopicFilter.parse("other/+"), 1),
                        Map.entry(TopicFilter.parse("+/1"), 2));
    }

    @Test
    void givesTheSameClientIdAtEveryStartAndAnotherToAnotherNamespaceOrSharedSubscription() {
        String id = id("guest", "a");

        assertThat(id).matches("fogwhisk-dc-1-[0-9a-f]{12}").isEqualTo(id("guest", "b"));
        assertThat(id("other", "a")).isNotEqualTo(id);
        assertThat(id("guest", "$share/group/a")).isNotEqualTo(id);
        assertThat(LinkKey.of(feed("guest", "a", 1)).toString()).doesNotContain("secret");
    }

    private static String id(String namespace, String topic) {
        return only(feed(namespace, topic, 1)).clientId("dc-1", false);
    }

    private static LinkKey only(Feed feed) {
        return LinkKey.of(feed).iterator().next();
    }

    private static Feed feed(String namespace, String topic, int qos) {
        return new Feed(
                QualifiedName.of(namespace, "trigger"),
                AuthKey.GUEST,
                MqttSpec.of(BROKER, TopicFilter.parse(topic), qos),
                new FeedState.Active(),
                Feed.Origin.CREATED,
                Instant.EPOCH,
                1);
    }
}
