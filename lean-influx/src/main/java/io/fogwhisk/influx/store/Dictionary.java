package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.SeriesKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the tags of recently used series, and of fields, all of them committed: what a transaction that failed had numbered
 * never gets in here. Bounded: the series used longest ago is forgotten, and read again from the file when needed.
 * Thread-safe.
 */
final class Dictionary {

    private static final int MAX_SERIES = 50_000;
    private static final int MAX_FIELDS = 50_000;

    private final Map<String, Map<SeriesKey, Long>> tagSets = new HashMap<>();
    private final Map<FieldKey, StoredField> fields = new HashMap<>();

    /** The name of a field within a bucket. */
    record FieldKey(String bucket, String measurement, String name) {}

    synchronized @Nullable Long tagSet(String bucket, SeriesKey key) {
        Map<SeriesKey, Long> known = tagSets.get(bucket);
        return known == null ? null : known.get(key);
    }

    synchronized @Nullable StoredField field(FieldKey key) {
        return fields.get(key);
    }

    synchronized void learn(String bucket, Map<SeriesKey, Long> newTagSets, Map<FieldKey, StoredField> newFields) {
        if (!newTagSets.isEmpty()) {
            tagSets.computeIfAbsent(bucket, name -> new Recent()).putAll(newTagSets);
        }
        if (fields.size() + newFields.size() > MAX_FIELDS) {
            fields.clear();
        }
        fields.putAll(newFields);
    }

    private static final class Recent extends LinkedHashMap<SeriesKey, Long> {
        Recent() {
            super(256, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<SeriesKey, Long> eldest) {
            return size() > MAX_SERIES;
        }
    }
}
