package io.fogwhisk.influx.store;

import java.util.HashMap;
import java.util.Iterator;
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
    private static final float LOAD = 0.75f;

    private static final long MAX_SERIES_CHARS = 24_000_000;
    private static final long MAX_FIELD_CHARS = 8_000_000;

    /** Both levels in the order of their last use. */
    private final Map<String, Map<String, KnownSeries>> series = new LinkedHashMap<>(16, LOAD, true);

    private final Map<FieldKey, StoredField> fields = new HashMap<>();
    private final long maxSeriesChars;
    private long seriesChars;
    private long fieldChars;

    Dictionary() {
        this(MAX_SERIES_CHARS);
    }

    /**
     * An empty dictionary.
     *
     * @param maxSeriesChars how long the keys of all series and the names of their columns may be together
     */
    Dictionary(long maxSeriesChars) {
        this.maxSeriesChars = maxSeriesChars;
    }

    /** The name of a field within a bucket. */
    record FieldKey(String bucket, String measurement, String name) {

        private long chars() {
            return (long) measurement.length() + name.length();
        }
    }

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
            Map<String, KnownSeries> known =
                    series.computeIfAbsent(bucket, name -> new LinkedHashMap<>(256, LOAD, true));
            newSeries.forEach((key, one) -> {
                KnownSeries old = known.put(key, one);
                seriesChars += chars(key, one) - (old == null ? 0 : chars(key, old));
            });
            while (known.size() > MAX_SERIES) {
                forgetEldest(known);
            }
            boundChars();
        }
        long chars = newFields.keySet().stream().mapToLong(FieldKey::chars).sum();
        if (fields.size() + newFields.size() > MAX_FIELDS || fieldChars + chars > MAX_FIELD_CHARS) {
            fields.clear();
            fieldChars = 0;
        }
        newFields.forEach((key, field) -> fieldChars += fields.put(key, field) == null ? key.chars() : 0);
    }

    /** Forgets what it knows of a bucket, from which something was deleted. */
    void forget(String bucket) {
        Map<String, KnownSeries> forgotten = series.remove(bucket);
        if (forgotten != null) {
            forgotten.forEach((key, one) -> seriesChars -= chars(key, one));
        }
        fields.keySet().removeIf(key -> {
            boolean of = key.bucket().equals(bucket);
            fieldChars -= of ? key.chars() : 0;
            return of;
        });
    }

    private void boundChars() {
        while (seriesChars > maxSeriesChars) {
            Map.Entry<String, Map<String, KnownSeries>> eldest =
                    series.entrySet().iterator().next();
            forgetEldest(eldest.getValue());
            if (eldest.getValue().isEmpty()) {
                series.remove(eldest.getKey());
            }
        }
    }

    private void forgetEldest(Map<String, KnownSeries> known) {
        Iterator<Map.Entry<String, KnownSeries>> entries = known.entrySet().iterator();
        Map.Entry<String, KnownSeries> eldest = entries.next();
        seriesChars -= chars(eldest.getKey(), eldest.getValue());
        entries.remove();
    }

    private static long chars(String key, KnownSeries one) {
        return key.length() + one.nameChars();
    }
}
