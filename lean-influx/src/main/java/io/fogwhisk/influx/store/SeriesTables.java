package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.FieldType;
import io.fogwhisk.influx.line.SeriesKey;
import io.fogwhisk.influx.store.Dictionary.FieldKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds, adds and removes series, fields and columns in the file. Confined to the committer's thread. */
final class SeriesTables {

    private final PreparedStatement findSeries;
    private final PreparedStatement addSeries;
    private final PreparedStatement findColumns;
    private final PreparedStatement addColumn;
    private final PreparedStatement findField;
    private final PreparedStatement addField;
    private final PreparedStatement addBucket;
    private final PreparedStatement countSeries;
    private final PreparedStatement listSeries;
    private final PreparedStatement removeColumn;
    private final PreparedStatement removeSeries;
    private final PreparedStatement removeFields;
    private final PreparedStatement uncountSeries;
    private final PreparedStatement removeBucket;

    /** A series of the file. */
    record Row(long id, String measurement, SeriesKey key) {}

    SeriesTables(Statements statements) throws SQLException {
        findSeries = statements.prepare("select id from series where bucket = ? and series_key = ?");
        addSeries =
                statements.prepare("insert into series(bucket, measurement, series_key) values (?, ?, ?) returning id");
        findColumns = statements.prepare("select c.id, f.name, f.type from series_column c"
                + " join field f on f.id = c.field where c.series = ?");
        addColumn = statements.prepare("insert into series_column(series, field) values (?, ?) returning id");
        findField = statements.prepare("select id, type from field where bucket = ? and measurement = ? and name = ?");
        addField = statements.prepare(
                "insert into field(bucket, measurement, name, type) values (?, ?, ?, ?) returning id");
        addBucket = statements.prepare("insert or ignore into bucket(name, series) values (?, 0)");
        countSeries = statements.prepare("update bucket set series = series + 1 where name = ? and series < ?");
        listSeries = statements.prepare(
                "select id, measurement, series_key from series" + " where bucket = ? and id > ? order by id limit ?");
        removeColumn = statements.prepare("delete from series_column where id = ?");
        removeSeries = statements.prepare("delete from series where id = ?");
        removeFields = statements.prepare("delete from field where bucket = ?1 and measurement = ?2"
                + " and not exists (select 1 from series where bucket = ?1 and measurement = ?2)");
        uncountSeries = statements.prepare("update bucket set series = series - 1 where name = ?");
        removeBucket = statements.prepare("delete from bucket where name = ? and series <= 0");
    }

    /** A series with its columns; null if there is none. */
    @Nullable
    KnownSeries find(String bucket, SeriesKey key) throws SQLException {
        findSeries.setString(1, bucket);
        findSeries.setString(2, key.canonical());
        try (ResultSet row = findSeries.executeQuery()) {
            if (!row.next()) {
                return null;
            }
            long id = row.getLong(1);
            return new KnownSeries(id, columns(id));
        }
    }

    List<StoredColumn> columns(long series) throws SQLException {
        List<StoredColumn> columns = new ArrayList<>(1);
        findColumns.setLong(1, series);
        try (ResultSet row = findColumns.executeQuery()) {
            while (row.next()) {
                columns.add(new StoredColumn(row.getLong(1), row.getString(2), FieldType.of(row.getInt(3))));
            }
        }
        return columns;
    }

    /** Adds a series without columns; null if its bucket has as many as it may have. */
    @Nullable
    KnownSeries add(String bucket, SeriesKey key, int most) throws SQLException {
        addBucket.setString(1, bucket);
        addBucket.executeUpdate();
        countSeries.setString(1, bucket);
        countSeries.setInt(2, most);
        if (countSeries.executeUpdate() == 0) {
            return null;
        }
        addSeries.setString(1, bucket);
        addSeries.setString(2, key.measurement());
        addSeries.setString(3, key.canonical());
        return new KnownSeries(number(addSeries), List.of());
    }

    StoredColumn add(long series, StoredField field) throws SQLException {
        addColumn.setLong(1, series);
        addColumn.setLong(2, field.id());
        return new StoredColumn(number(addColumn), field.name(), field.type());
    }

    @Nullable
    StoredField find(FieldKey key) throws SQLException {
        findField.setString(1, key.bucket());
        findField.setString(2, key.measurement());
        findField.setString(3, key.name());
        try (ResultSet row = findField.executeQuery()) {
            return row.next() ? new StoredField(row.getLong(1), key.name(), FieldType.of(row.getInt(2))) : null;
        }
    }

    StoredField add(FieldKey key, FieldType type) throws SQLException {
        addField.setString(1, key.bucket());
        addField.setString(2, key.measurement());
        addField.setString(3, key.name());
        addField.setInt(4, type.number());
        return new StoredField(number(addField), key.name(), type);
    }

    /** Some series of a bucket, by rising number. */
    List<Row> list(String bucket, long after, int most) throws SQLException {
        List<Row> rows = new ArrayList<>();
        listSeries.setString(1, bucket);
        listSeries.setLong(2, after);
        listSeries.setInt(3, most);
        try (ResultSet row = listSeries.executeQuery()) {
            while (row.next()) {
                rows.add(new Row(row.getLong(1), row.getString(2), SeriesKey.parse(row.getString(3))));
            }
        }
        return rows;
    }

    void removeColumn(long column) throws SQLException {
        removeColumn.setLong(1, column);
        removeColumn.executeUpdate();
    }

    /** Removes a series that has no column left; with the last of its measurement the types of its fields go, too. */
    void remove(String bucket, Row series) throws SQLException {
        removeSeries.setLong(1, series.id());
        removeSeries.executeUpdate();
        removeFields.setString(1, bucket);
        removeFields.setString(2, series.measurement());
        removeFields.executeUpdate();
        uncountSeries.setString(1, bucket);
        uncountSeries.executeUpdate();
        removeBucket.setString(1, bucket);
        removeBucket.executeUpdate();
    }

    private static long number(PreparedStatement insert) throws SQLException {
        try (ResultSet row = insert.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("the insert returned no id");
            }
            return row.getLong(1);
        }
    }
}
