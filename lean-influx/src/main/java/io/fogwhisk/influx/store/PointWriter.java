package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.Field;
import io.fogwhisk.influx.line.FieldType;
import io.fogwhisk.influx.line.FieldValue;
import io.fogwhisk.influx.line.FieldValue.FloatValue;
import io.fogwhisk.influx.line.Point;
import io.fogwhisk.influx.line.SeriesKey;
import io.fogwhisk.influx.store.Dictionary.FieldKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes points on one connection, whose end is also that of its statements; confined to the committer's thread. */
final class PointWriter {

    private final Connection connection;
    private final Dictionary dictionary;
    private final PreparedStatement upsert;
    private final PreparedStatement select;
    private final PreparedStatement replace;
    private final PreparedStatement findSeries;
    private final PreparedStatement addSeries;
    private final PreparedStatement findField;
    private final PreparedStatement addField;

    private String bucket = "";
    private Map<SeriesKey, Long> newSeries = new HashMap<>();
    private Map<FieldKey, StoredField> newFields = new HashMap<>();

    PointWriter(Connection connection, Dictionary dictionary) throws SQLException {
        this.connection = connection;
        this.dictionary = dictionary;
        // One statement for the two usual cases, a new point and a reading written again. What is left, a point with
        // several fields that exists already, changes no row here and is merged in Java.
        upsert = connection.prepareStatement("insert into point(series, time, fields) values (?, ?, ?)"
                + " on conflict(series, time) do update set fields = excluded.fields"
                + " where typeof(point.fields) = 'real' and typeof(excluded.fields) = 'real'");
        select = connection.prepareStatement("select fields from point where series = ? and time = ?");
        replace = connection.prepareStatement("update point set fields = ? where series = ? and time = ?");
        findSeries = connection.prepareStatement("select id from series where bucket = ? and series_key = ?");
        addSeries = connection.prepareStatement(
                "insert into series(bucket, measurement, series_key) values (?, ?, ?) returning id");
        findField = connection.prepareStatement(
                "select id, type from field where bucket = ? and measurement = ? and name = ?");
        addField = connection.prepareStatement(
                "insert into field(bucket, measurement, name, type) values (?, ?, ?, ?) returning id");
    }

    boolean writesOn(Connection other) {
        return connection == other;
    }

    /** Writes the points of one request; numbers given to new series and fields count once the commit succeeded. */
    Written write(String toBucket, List<Point> points) throws SQLException {
        bucket = toBucket;
        newSeries = new HashMap<>();
        newFields = new HashMap<>();
        List<Rejection> rejections = new ArrayList<>(0);
        List<StoredField> fields = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            fields.clear();
            String conflict = resolve(point, fields);
            if (conflict == null) {
                write(series(point.series()), point, fields);
            } else {
                rejections.add(new Rejection(i, conflict));
            }
        }
        return new Written(rejections, newSeries, newFields);
    }

    /** What a write did, and what it learned. */
    record Written(List<Rejection> rejections, Map<SeriesKey, Long> series, Map<FieldKey, StoredField> fields) {}

    private @Nullable String resolve(Point point, List<StoredField> into) throws SQLException {
        String measurement = point.series().measurement();
        // All fields are looked at before the first is added: a refused point must leave nothing behind.
        for (Field field : point.fields()) {
            StoredField stored = find(new FieldKey(bucket, measurement, field.name()));
            FieldType type = field.value().type();
            if (stored != null && stored.type() != type) {
                return "field type conflict: input field \"" + field.name() + "\" on measurement \"" + measurement
                        + "\" is type " + type.text() + ", already exists as type "
                        + stored.type().text();
            }
            if (stored != null) {
                into.add(stored);
            }
        }
        if (into.size() < point.fields().size()) {
            into.clear();
            for (Field field : point.fields()) {
                FieldKey key = new FieldKey(bucket, measurement, field.name());
                StoredField stored = find(key);
                into.add(stored == null ? add(key, field.value().type()) : stored);
            }
        }
        return null;
    }

    private void write(long series, Point point, List<StoredField> fields) throws SQLException {
        upsert.setLong(1, series);
        upsert.setLong(2, point.time());
        Field first = point.fields().get(0);
        if (point.fields().size() == 1
                && first.value() instanceof FloatValue number
                && first.name().equals(FieldsBlob.PLAIN_FIELD)) {
            upsert.setDouble(3, number.value());
        } else {
            upsert.setBytes(3, FieldsBlob.encode(numbered(new LinkedHashMap<>(), point, fields)));
        }
        if (upsert.executeUpdate() == 0) {
            merge(series, point, fields);
        }
    }

    private void merge(long series, Point point, List<StoredField> fields) throws SQLException {
        Map<Long, FieldValue> merged = new LinkedHashMap<>();
        select.setLong(1, series);
        select.setLong(2, point.time());
        try (ResultSet row = select.executeQuery()) {
            if (row.next()) {
                Object before = row.getObject(1);
                if (before instanceof byte[] blob) {
                    merged.putAll(FieldsBlob.decode(blob));
                } else {
                    StoredField plain =
                            find(new FieldKey(bucket, point.series().measurement(), FieldsBlob.PLAIN_FIELD));
                    if (plain == null) {
                        throw new SQLException("field value of " + point.series() + " is not in the dictionary");
                    }
                    merged.put(plain.id(), new FloatValue(((Number) before).doubleValue()));
                }
            }
        }
        replace.setBytes(1, FieldsBlob.encode(numbered(merged, point, fields)));
        replace.setLong(2, series);
        replace.setLong(3, point.time());
        replace.executeUpdate();
    }

    private static Map<Long, FieldValue> numbered(Map<Long, FieldValue> into, Point point, List<StoredField> fields) {
        for (int i = 0; i < fields.size(); i++) {
            into.put(fields.get(i).id(), point.fields().get(i).value());
        }
        return into;
    }

    private long series(SeriesKey key) throws SQLException {
        Long known = dictionary.series(bucket, key);
        if (known == null) {
            known = newSeries.get(key);
        }
        if (known != null) {
            return known;
        }
        findSeries.setString(1, bucket);
        findSeries.setString(2, key.canonical());
        long id;
        try (ResultSet row = findSeries.executeQuery()) {
            id = row.next() ? row.getLong(1) : -1;
        }
        if (id < 0) {
            addSeries.setString(1, bucket);
            addSeries.setString(2, key.measurement());
            addSeries.setString(3, key.canonical());
            id = added(addSeries);
        }
        newSeries.put(key, id);
        return id;
    }

    private @Nullable StoredField find(FieldKey key) throws SQLException {
        StoredField known = dictionary.field(key);
        if (known == null) {
            known = newFields.get(key);
        }
        if (known != null) {
            return known;
        }
        findField.setString(1, key.bucket());
        findField.setString(2, key.measurement());
        findField.setString(3, key.name());
        try (ResultSet row = findField.executeQuery()) {
            if (!row.next()) {
                return null;
            }
            StoredField stored = new StoredField(row.getLong(1), key.name(), FieldType.of(row.getInt(2)));
            newFields.put(key, stored);
            return stored;
        }
    }

    private StoredField add(FieldKey key, FieldType type) throws SQLException {
        addField.setString(1, key.bucket());
        addField.setString(2, key.measurement());
        addField.setString(3, key.name());
        addField.setInt(4, type.number());
        StoredField stored = new StoredField(added(addField), key.name(), type);
        newFields.put(key, stored);
        return stored;
    }

    private static long added(PreparedStatement insert) throws SQLException {
        try (ResultSet row = insert.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("the insert returned no id");
            }
            return row.getLong(1);
        }
    }
}
