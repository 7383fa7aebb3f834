package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.Field;
import io.fogwhisk.influx.line.FieldType;
import io.fogwhisk.influx.line.FieldValue;
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
    private final PreparedStatement insert;
    private final PreparedStatement select;
    private final PreparedStatement replace;
    private final PreparedStatement findSeries;
    private final PreparedStatement addSeries;
    private final PreparedStatement findTagSet;
    private final PreparedStatement addTagSet;
    private final PreparedStatement findField;
    private final PreparedStatement addField;

    private String bucket = "";
    private Map<SeriesKey, Long> newTagSets = new HashMap<>();
    private Map<FieldKey, StoredField> newFields = new HashMap<>();

    PointWriter(Connection connection, Dictionary dictionary) throws SQLException {
        this.connection = connection;
        this.dictionary = dictionary;
        // Usually the row is new. One that exists already changes nothing here and is merged in Java.
        insert = connection.prepareStatement(
                "insert into point(tag_set, time, fields) values (?, ?, ?) on conflict(tag_set, time) do nothing");
        select = connection.prepareStatement("select fields from point where tag_set = ? and time = ?");
        replace = connection.prepareStatement("update point set fields = ? where tag_set = ? and time = ?");
        findSeries = connection.prepareStatement("select tag_set from series where bucket = ? and series_key = ?");
        addSeries = connection.prepareStatement(
                "insert into series(bucket, series_key, measurement, tag_set) values (?, ?, ?, ?)");
        findTagSet = connection.prepareStatement("select id from tag_set where bucket = ? and tags = ?");
        addTagSet = connection.prepareStatement("insert into tag_set(bucket, tags) values (?, ?) returning id");
        findField = connection.prepareStatement(
                "select id, type from field where bucket = ? and measurement = ? and name = ?");
        addField = connection.prepareStatement(
                "insert into field(bucket, measurement, name, type) values (?, ?, ?, ?) returning id");
    }

    boolean writesOn(Connection other) {
        return connection == other;
    }

    /** Writes the points of one request; numbers given to new tags and fields count once the commit succeeded. */
    Written write(String toBucket, List<Point> points) throws SQLException {
        bucket = toBucket;
        newTagSets = new HashMap<>();
        newFields = new HashMap<>();
        List<Rejection> rejections = new ArrayList<>(0);
        List<StoredField> fields = new ArrayList<>();
        Row row = null;
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            fields.clear();
            String conflict = resolve(point, fields);
            if (conflict == null) {
                long tagSet = tagSet(point.series());
                if (row == null || row.tagSet != tagSet || row.time != point.time()) {
                    write(row);
                    row = new Row(tagSet, point.time(), new LinkedHashMap<>());
                }
                row.add(point, fields);
            } else {
                rejections.add(new Rejection(i, conflict));
            }
        }
        write(row);
        return new Written(rejections, newTagSets, newFields);
    }

    /** What a write did, and what it learned. */
    record Written(List<Rejection> rejections, Map<SeriesKey, Long> tagSets, Map<FieldKey, StoredField> fields) {}

    /** The values of one device are usually written one after the other, as points of several measurements. */
    private record Row(long tagSet, long time, Map<Long, FieldValue> values) {

        void add(Point point, List<StoredField> fields) {
            for (int i = 0; i < fields.size(); i++) {
                values.put(fields.get(i).id(), point.fields().get(i).value());
            }
        }
    }

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

    private void write(@Nullable Row row) throws SQLException {
        if (row == null) {
            return;
        }
        insert.setLong(1, row.tagSet);
        insert.setLong(2, row.time);
        insert.setBytes(3, FieldsBlob.encode(row.values));
        if (insert.executeUpdate() == 0) {
            merge(row);
        }
    }

    private void merge(Row row) throws SQLException {
        Map<Long, FieldValue> merged = new LinkedHashMap<>();
        select.setLong(1, row.tagSet);
        select.setLong(2, row.time);
        try (ResultSet before = select.executeQuery()) {
            if (before.next()) {
                merged.putAll(FieldsBlob.decode(before.getBytes(1)));
            }
        }
        merged.putAll(row.values);
        replace.setBytes(1, FieldsBlob.encode(merged));
        replace.setLong(2, row.tagSet);
        replace.setLong(3, row.time);
        replace.executeUpdate();
    }

    private long tagSet(SeriesKey key) throws SQLException {
        Long known = dictionary.tagSet(bucket, key);
        if (known == null) {
            known = newTagSets.get(key);
        }
        if (known != null) {
            return known;
        }
        Long found = number(findSeries, key.canonical());
        if (found == null) {
            found = number(findTagSet, key.tagText());
            if (found == null) {
                addTagSet.setString(1, bucket);
                addTagSet.setString(2, key.tagText());
                found = added(addTagSet);
            }
            addSeries.setString(1, bucket);
            addSeries.setString(2, key.canonical());
            addSeries.setString(3, key.measurement());
            addSeries.setLong(4, found);
            addSeries.executeUpdate();
        }
        newTagSets.put(key, found);
        return found;
    }

    private @Nullable Long number(PreparedStatement find, String text) throws SQLException {
        find.setString(1, bucket);
        find.setString(2, text);
        try (ResultSet row = find.executeQuery()) {
            return row.next() ? row.getLong(1) : null;
        }
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
