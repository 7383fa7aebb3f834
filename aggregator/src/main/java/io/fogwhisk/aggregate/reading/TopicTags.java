package io.fogwhisk.aggregate.reading;

import io.fogwhisk.aggregate.AggregateException;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the levels of an MQTT topic are: {@code _/datacenter_id/_/room} makes the second and the fourth tags of a topic
 * of four levels; {@code _} is a level that says nothing, {@code #} at the end any number of such, and
 * {@code measurement} the measurement.
 *
 * @param levels the name of each
 */
public record TopicTags(List<String> levels) {

    private static final String NOTHING = "_";
    private static final String REST = "#";
    private static final String MEASUREMENT = "measurement";

    /** Checks the names. */
    public TopicTags {
        levels = List.copyOf(levels);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            boolean rest = level.equals(REST);
            if (rest && i + 1 < levels.size()) {
                throw new AggregateException("parameter topicTags may have # at its end only, was " + text(levels));
            }
            if (!rest && !level.equals(NOTHING)) {
                ReadingRules.checkName("topicTags", level);
                if (!names.add(level)) {
                    throw new AggregateException("parameter topicTags gives the name " + level + " to several levels");
                }
            }
        }
    }

    /** Reads the parameter. */
    static TopicTags parse(String text) {
        return new TopicTags(List.of(text.split("/", -1)));
    }

    /** Whether a level is the measurement. */
    boolean namesMeasurement() {
        return levels.contains(MEASUREMENT);
    }

    /** The tags of a topic in their order, the measurement among them; empty if the topic has other levels. */
    Optional<Map<String, String>> of(String topic) {
        String[] given = topic.split("/", -1);
        boolean rest = levels.get(levels.size() - 1).equals(REST);
        int fixed = rest ? levels.size() - 1 : levels.size();
        if (given.length < fixed || (given.length > fixed && !rest)) {
            return Optional.empty();
        }
        Map<String, String> tags = new LinkedHashMap<>();
        for (int i = 0; i < fixed; i++) {
            if (!levels.get(i).equals(NOTHING)) {
                tags.put(levels.get(i), given[i]);
            }
        }
        return Optional.of(Collections.unmodifiableMap(tags));
    }

    /** Takes the measurement out of the tags of a topic. */
    static Optional<String> measurement(Map<String, String> tags) {
        return Optional.ofNullable(tags.get(MEASUREMENT));
    }

    /** Whether a name is that of the measurement. */
    static boolean isMeasurement(String name) {
        return name.equals(MEASUREMENT);
    }

    @Override
    public String toString() {
        return text(levels);
    }

    private static String text(List<String> levels) {
        return String.join("/", levels);
    }
}
