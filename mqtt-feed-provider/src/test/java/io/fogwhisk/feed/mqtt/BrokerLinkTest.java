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
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BrokerLinkTest {

    private static final Broker BROKER = new Broker("host", 1883, "user", "secret");

    @Test
    void leavesOutFiltersThatAnotherCoversAndKeepsTheHighestQos() {
        Map<TopicFilter, Integer> wanted = BrokerLink.wanted(List.of(
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
        Optional<LinkKey> key = LinkKey.of(feed(namespace, topic, 1));
        return key.orElseThrow().clientId("dc-1", false);
    }

    private static Feed feed(String namespace, String topic, int qos) {
        return new Feed(
                QualifiedName.of(namespace, "trigger"),
                AuthKey.GUEST,
                new MqttSpec(BROKER, TopicFilter.parse(topic), qos),
                new FeedState.Active(),
                Instant.EPOCH,
                1);
    }
}
