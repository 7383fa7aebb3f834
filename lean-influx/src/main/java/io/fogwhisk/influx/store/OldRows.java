package io.fogwhisk.influx.store;

import io.fogwhisk.base.store.Database;
import io.fogwhisk.influx.line.Field;
import io.fogwhisk.influx.line.FieldType;
import io.fogwhisk.influx.line.FieldValue;
import io.fogwhisk.influx.line.FieldValue.BooleanValue;
import io.fogwhisk.influx.line.FieldValue.FloatValue;
import io.fogwhisk.influx.line.FieldValue.IntegerValue;
import io.fogwhisk.influx.line.FieldValue.TextValue;
import io.fogwhisk.influx.line.FieldValue.UnsignedValue;
import io.fogwhisk.influx.line.Point;
import io.fogwhisk.influx.line.SeriesKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over what a former version stored as rows, one per set of tags and time. Some thousand rows per transaction,
 * which are blocks and no rows any more when it is committed; so it can be ended at any moment, and goes on at the next
 * start.
 */
final class OldRows {

    private static final Logger LOG = LoggerFactory.getLogger(OldRows.class);
    private static final int ROWS = 5_000;

    private final Connection connection;
    private final PointWriter writer;
    private final BlockTable blocks;
    private final Map<Long, OldField> fields = new HashMap<>();

    private record OldField(String bucket, String measurement, String name) {}

    /** The points of a bucket, and the row that was read last. */
    private record Rows(Map<String, List<Point>> points, long tagSet, long time, int count) {}

    private OldRows(Connection connection) throws SQLException {
        this.connection = connection;
        // They end with the connection.
        Statements statements = new Statements(connection);
        writer = new PointWriter(
                statements, new Dictionary(), new SeriesTables(statements), Integer.MAX_VALUE, Integer.MAX_VALUE);
        blocks = new BlockTable(statements);
    }

    static void convert(Database database) {
        try (Connection connection = database.openWriter()) {
            if (holds(connection, "select 1 from sqlite_schema where type = 'table' and name = 'point'")) {
                long rows = 0;
                if (holds(connection, "select 1 from point limit 1")) {
                    LOG.atInfo().addKeyValue("file", database.file()).log("taking over readings of a former version");
                    rows = new OldRows(connection).all();
                }
                try (Statement statement = connection.createStatement()) {
                    for (String table : List.of("point", "row_series", "tag_set")) {
                        statement.execute("drop table " + table);
                    }
                }
                connection.commit();
                LOG.atDebug()
                        .addKeyValue("file", database.file())
                        .addKeyValue("rows", rows)
                        .log("readings of a former version taken over");
            }
        } catch (SQLException e) {
            throw database.failure("convert", e);
        }
    }

    private static boolean holds(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next();
        }
    }

    private long all() throws SQLException {
        readFields();
        long converted = 0;
        try (PreparedStatement select = connection.prepareStatement(
                        "select tag_set, time, fields from point order by tag_set, time limit " + ROWS);
                PreparedStatement keys = connection.prepareStatement(
                        "select series_key from row_series where bucket = ? and measurement = ? and tag_set = ?");
                PreparedStatement remove =
                        connection.prepareStatement("delete from point where (tag_set, time) <= (?, ?)")) {
            Rows rows;
            do {
                rows = read(select, keys);
                for (Map.Entry<String, List<Point>> bucket : rows.points.entrySet()) {
                    pack(bucket.getKey(), bucket.getValue());
                }
                remove.setLong(1, rows.tagSet);
                remove.setLong(2, rows.time);
                remove.executeUpdate();
                connection.commit();
                converted += rows.count;
            } while (rows.count == ROWS);
        }
        return converted;
    }

    private void readFields() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select id, bucket, measurement, name from field")) {
            while (row.next()) {
                fields.put(row.getLong(1), new OldField(row.getString(2), row.getString(3), row.getString(4)));
            }
        }
    }

    private Rows read(PreparedStatement select, PreparedStatement keys) throws SQLException {
        Map<String, List<Point>> points = new HashMap<>();
        long tagSet = Long.MIN_VALUE;
        long time = Long.MIN_VALUE;
        int count = 0;
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                tagSet = row.getLong(1);
                time = row.getLong(2);
                count++;
                Map<OldField, List<Field>> measurements = new LinkedHashMap<>();
                decode(row.getBytes(3)).forEach((id, value) -> {
                    OldField field = fields.get(id);
                    if (field != null) {
                        measurements
                                .computeIfAbsent(
                                        new OldField(field.bucket, field.measurement, ""), key -> new ArrayList<>())
                                .add(new Field(field.name, value));
                    }
                });
                for (Map.Entry<OldField, List<Field>> measurement : measurements.entrySet()) {
                    OldField of = measurement.getKey();
                    keys.setString(1, of.bucket);
                    keys.setString(2, of.measurement);
                    keys.setLong(3, tagSet);
                    try (ResultSet key = keys.executeQuery()) {
                        if (key.next()) {
                            points.computeIfAbsent(of.bucket, name -> new ArrayList<>())
                                    .add(new Point(SeriesKey.parse(key.getString(1)), measurement.getValue(), time));
                        }
                    }
                }
            }
        }
        return new Rows(points, tagSet, time, count);
    }

    private void pack(String bucket, List<Point> points) throws SQLException {
        List<Rejection> none = new ArrayList<>(0);
        Batch batch = writer.resolve(bucket, points, none);
        MemoryTable table = new MemoryTable(0);
        table.add(batch, 0);
        for (int i = 0; i < table.size(); i++) {
            MemoryColumn column = table.at(i);
            blocks.merge(column.column().id(), column.written(column.count()).inOrder());
        }
    }

    /** The values of a row by the number of their field. */
    private static Map<Long, FieldValue> decode(byte[] blob) {
        Map<Long, FieldValue> values = new LinkedHashMap<>();
        ByteBuffer in = ByteBuffer.wrap(blob);
        while (in.hasRemaining()) {
            long id = varint(in);
            FieldType type = FieldType.of(in.get());
            values.put(
                    id,
                    switch (type) {
                        case FLOAT -> new FloatValue(in.getDouble());
                        case INTEGER -> new IntegerValue(in.getLong());
                        case UNSIGNED -> new UnsignedValue(in.getLong());
                        case BOOLEAN -> new BooleanValue(in.get() == 1);
                        case STRING -> new TextValue(text(in));
                    });
        }
        return values;
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[(int) varint(in)];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        int shift = 0;
        while (true) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
            shift += 7;
        }
    }
}
