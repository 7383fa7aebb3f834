package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.SeriesKey;
import java.util.Objects;

/**
 * A series and one of the fields that its measurement has.
 *
 * @param column the number of the two together in the database file
 * @param key measurement and tags
 * @param field the field
 */
public record StoredSeries(long column, SeriesKey key, StoredField field) {

    /** Checks for null. */
    public StoredSeries {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(field, "field is null");
    }
}
