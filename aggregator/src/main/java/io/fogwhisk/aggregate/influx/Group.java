package io.fogwhisk.aggregate.influx;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Points that are aggregated together.
 *
 * @param measurement of all of them
 * @param field of all of them
 * @param tags those that they are grouped by, with their values, in the order of the job
 */
public record Group(String measurement, String field, Map<String, String> tags) implements Comparable<Group> {

    /** Copies the tags, in their order. */
    public Group {
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    }

    @Override
    public int compareTo(Group other) {
        return key().compareTo(other.key());
    }

    private String key() {
        return measurement + '\0' + field + '\0' + String.join("\0", tags.values());
    }
}
