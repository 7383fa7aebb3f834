package io.fogwhisk.feed.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fogwhisk.feed.FeedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {

    @ParameterizedTest
    @CsvSource({
        "a/b, a/b, true",
        "a/b, a/c, false",
        "a/b, a, false",
        "a, a/b, false",
        "a/b, a/bc, false",
        "+, a, true",
        "+, a/b, false",
        "+/+, a/b, true",
        "+/+, /b, true",
        "/+, /b, true",
        "+, /b, false",
        "a/+, a/, true",
        "a/+, a, false",
        "a/+/c, a/b/c, true",
        "a/+/c, a/b/d, false",
        "#, a/b/c, true",
        "a/#, a/b/c, true",
        "a/#, a, true",
        "a/#, ab, false",
        "a/+/#, a/b, true",
        "a/+/#, a, false",
        "#, $SYS/uptime, false",
        "+/uptime, $SYS/uptime, false",
        "$SYS/#, $SYS/uptime, true",
        "$share/group/a/+, a/b, true",
        "$share/group/a/+, b/b, false",
        "$share/group/#, a, true",
        "température/+, température/1, true"
    })
    void matchesTopicsAsMqttSays(String filter, String topic, boolean matches) {
        assertThat(TopicFilter.parse(filter).matches(topic)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "#, a/b, true",
        "#, a/#, true",
        "#, +/b, true",
        "a/#, a, true",
        "a/#, a/+, true",
        "a/+, a/b, true",
        "+/+, a/+, true",
        "a/+, a/#, false",
        "a/+, +/b, false",
        "+, a/b, false",
        "a/b, a/+, false",
        "a/b, a, false",
        "#, $SYS/x, false",
        "$SYS/#, $SYS/x, true"
    })
    void coversFiltersWhoseEveryTopicItMatches(String filter, String other, boolean covers) {
        assertThat(TopicFilter.parse(filter).covers(TopicFilter.parse(other))).isEqualTo(covers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a/#/b", "a#", "a/b#", "a+", "+a/b", "$share/group", "$share//a", "$share/g+/a", "$share/g/"
            })
    void refusesWhatMqttDoesNotAllow(String filter) {
        assertThatExceptionOfType(FeedException.class).isThrownBy(() -> TopicFilter.parse(filter));
    }
}
