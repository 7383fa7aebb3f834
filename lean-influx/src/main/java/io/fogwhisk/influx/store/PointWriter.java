package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.Field;
import io.fogwhisk.influx.line.FieldType;
import io.fogwhisk.influx.line.Point;
import io.fogwhisk.influx.line.SeriesKey;
import io.fogwhisk.influx.store.Dictionary.FieldKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes points to the log on one connection; confined to the committer's thread. */
final class PointWriter {

    private final Dictionary dictionary;
    private final SeriesTables tables;
    private final PreparedStatement append;
    private final int maxSeries;
    private final int maxFields;

    private String bucket = "";
    private Map<String, GrowingSeries> newSeries = new HashMap<>();
    private Map<FieldKey, StoredField> newFields = new HashMap<>();
    private @Nullable StoredColumn[] columns = new StoredColumn[8];

    /** What a write did, and what it learned; counts once the commit succeeded. */
    record Written(
            List<Rejection> rejections,
            Batch batch,
            long seq,
            Map<String, KnownSeries> series,
            Map<FieldKey, StoredField> fields) {}

    PointWriter(Statements statements, Dictionary dictionary, SeriesTables tables, int maxSeries, int maxFields)
            throws SQLException {
        this.dictionary = dictionary;
        this.tables = tables;
        this.maxSeries = maxSeries;
        this.maxFields = maxFields;
        append = statements.prepare("insert into log(kind, entry) values (?, ?) returning seq");
    }

    /** Writes the points of one request. */
    Written write(String toBucket, List<Point> points) throws SQLException {
        List<Rejection> rejections = new ArrayList<>(0);
        Batch batch = resolve(toBucket, points, rejections);
        long seq = batch.size() == 0 ? 0 : append(Schema.VALUES, batch.encode());
        Map<String, KnownSeries> grown = new HashMap<>();
        newSeries.forEach((key, series) -> grown.put(key, series.known()));
        return new Written(rejections, batch, seq, grown, newFields);
    }

    /** Finds the columns of points, or adds them; what cannot be written becomes a rejection. */
    Batch resolve(String toBucket, List<Point> points, List<Rejection> rejections) throws SQLException {
        bucket = toBucket;
        newSeries = new HashMap<>();
        newFields = new HashMap<>();
        Map<String, KnownSeries> known = dictionary.series(bucket);
        Batch batch = new Batch(points.size());
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            String key = point.series().canonical();
            @Nullable Columns series = newSeries.isEmpty() ? null : newSeries.get(key);
            if (series == null) {
                series = known.get(key);
            }
            String conflict = resolve(point, series);
            if (conflict == null) {
                List<Field> fields = point.fields();
                for (int f = 0; f < fields.size(); f++) {
                    batch.add(
                            Objects.requireNonNull(columns[f], "a field has no column"),
                            point.time(),
                            fields.get(f).value());
                }
            } else {
                rejections.add(new Rejection(i, conflict));
            }
        }
        return batch;
    }

    /** Appends an entry to the log; its number. */
    long append(int kind, byte[] entry) throws SQLException {
        append.setInt(1, kind);
        append.setBytes(2, entry);
        try (ResultSet row = append.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("the log returned no number");
            }
            return row.getLong(1);
        }
    }

    /** Finds the columns of a point; usually the dictionary has them all. Returns why the point is refused, or null. */
    private @Nullable String resolve(Point point, @Nullable Columns series) throws SQLException {
        List<Field> fields = point.fields();
        if (columns.length < fields.size()) {
            columns = new StoredColumn[fields.size()];
        }
        if (series == null) {
            return resolveNew(point);
        }
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            StoredColumn column = series.column(field.name());
            if (column == null) {
                return resolveNew(point);
            }
            if (column.type() != field.value().type()) {
                return conflict(point, field, column.type());
            }
            columns[i] = column;
        }
        return null;
    }

    private @Nullable String resolveNew(Point point) throws SQLException {
        String measurement = point.series().measurement();
        // All fields are looked at before the first is added: a refused point must leave nothing behind.
        Map<String, FieldType> types = new HashMap<>();
        for (Field field : point.fields()) {
            StoredField stored = find(new FieldKey(bucket, measurement, field.name()));
            FieldType type = field.value().type();
            FieldType other = types.putIfAbsent(field.name(), stored == null ? type : stored.type());
            FieldType wanted = other == null && stored != null ? stored.type() : other;
            if (wanted != null && wanted != type) {
                return conflict(point, field, wanted);
            }
        }
        GrowingSeries series = known(point.series());
        if (tooMany(series, types.keySet())) {
            return "max-fields-per-series limit exceeded: (" + maxFields + ")";
        }
        if (series == null) {
            KnownSeries created = tables.add(bucket, point.series(), maxSeries);
            if (created == null) {
                return "max-series-per-database limit exceeded: (" + maxSeries + ")";
            }
            series = new GrowingSeries(created);
            newSeries.put(point.series().canonical(), series);
        }
        Arrays.fill(columns, null);
        for (int i = 0; i < point.fields().size(); i++) {
            Field field = point.fields().get(i);
            StoredColumn column = series.column(field.name());
            if (column == null) {
                FieldKey key = new FieldKey(bucket, measurement, field.name());
                StoredField stored = find(key);
                if (stored == null) {
                    stored = tables.add(key, field.value().type());
                    newFields.put(key, stored);
                }
                column = tables.add(series.id(), stored);
                series.add(column);
            }
            columns[i] = column;
        }
        return null;
    }

    /** Whether a series would have to get columns for some of these fields, and has no place for them. */
    private boolean tooMany(@Nullable GrowingSeries series, Collection<String> fields) {
        if (series == null) {
            return fields.size() > maxFields;
        }
        long added =
                fields.stream().filter(field -> series.column(field) == null).count();
        return added > 0 && series.size() + added > maxFields;
    }

    private static String conflict(Point point, Field field, FieldType stored) {
        return "field type conflict: input field \"" + field.name() + "\" on measurement \""
                + point.series().measurement() + "\" is type "
                + field.value().type().text() + ", already exists as type " + stored.text();
    }

    private @Nullable GrowingSeries known(SeriesKey key) throws SQLException {
        GrowingSeries growing = newSeries.get(key.canonical());
        if (growing != null) {
            return growing;
        }
        // Not from the dictionary: a column that it lacks may have been added since by another write of this group.
        KnownSeries stored = tables.find(bucket, key);
        if (stored == null) {
            return null;
        }
        GrowingSeries found = new GrowingSeries(stored);
        // Also when the point is refused: looking it up again for each of many such points would take long.
        newSeries.put(key.canonical(), found);
        return found;
    }

    private @Nullable StoredField find(FieldKey key) throws SQLException {
        StoredField known = dictionary.field(key);
        if (known == null) {
            known = newFields.get(key);
        }
        if (known == null) {
            known = tables.find(key);
            if (known != null) {
                newFields.put(key, known);
            }
        }
        return known;
    }
}
