package io.fogwhisk.influx.store;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of recently used series, and of fields, all of them committed: what a transaction that failed had numbered
 * never gets in here. Bounded: of each bucket the series used longest ago is forgotten, and read again from the file when needed.
 * Confined to the committer's thread.
 */
final class Dictionary {

    private static final int MAX_SERIES = 100_000;
    private static final int MAX_FIELDS = 50_000;

    private final Map<String, Map<String, KnownSeries>> series = new HashMap<>();
    private final Map<FieldKey, StoredField> fields = new HashMap<>();

    /** The name of a field within a bucket. */
    record FieldKey(String bucket, String measurement, String name) {}

    /** The series of a bucket by their canonical keys; changes with the dictionary. */
    Map<String, KnownSeries> series(String bucket) {
        return series.getOrDefault(bucket, Map.of());
    }

    @Nullable
    StoredField field(FieldKey key) {
        return fields.get(key);
    }

    void learn(String bucket, Map<String, KnownSeries> newSeries, Map<FieldKey, StoredField> newFields) {
        if (!newSeries.isEmpty()) {
            series.computeIfAbsent(bucket, name -> new Recent()).putAll(newSeries);
        }
        if (fields.size() + newFields.size() > MAX_FIELDS) {
            fields.clear();
        }
        fields.putAll(newFields);
    }

    /** Forgets what it knows of a bucket, from which something was deleted. */
    void forget(String bucket) {
        series.remove(bucket);
        fields.keySet().removeIf(key -> key.bucket().equals(bucket));
    }

    private static final class Recent extends LinkedHashMap<String, KnownSeries> {
        Recent() {
            super(256, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, KnownSeries> eldest) {
            return size() > MAX_SERIES;
        }
    }
}
