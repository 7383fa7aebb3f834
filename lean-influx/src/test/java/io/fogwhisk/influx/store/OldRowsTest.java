package io.fogwhisk.influx.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.store.Database;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OldRowsTest {

    private static final int ROWS = 7_000;

    @TempDir
    Path folder;

    @Test
    void takesOverTheRowsOfAFormerVersion() throws Exception {
        Database old = Database.open(folder.resolve("readings.db"), Schema.VERSIONS.subList(0, 1));
        try (Connection connection = old.openWriter();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into tag_set values (1, 'b', 'd=1'), (2, 'c', '')");
            statement.execute("insert into series values ('b', 'm,d=1', 'm', 1), ('b', 'n,d=1', 'n', 1),"
                    + " ('c', 'm', 'm', 2)");
            statement.execute("insert into field values (1, 'b', 'm', 'v', 0), (2, 'b', 'n', 'text', 3),"
                    + " (3, 'c', 'm', 'v', 4)");
            try (PreparedStatement insert = connection.prepareStatement("insert into point values (?, ?, ?)")) {
                for (int i = 0; i < ROWS; i++) {
                    insert.setInt(1, 1);
                    insert.setInt(2, i);
                    insert.setBytes(
                            3,
                            ByteBuffer.allocate(14)
                                    .put((byte) 1)
                                    .put((byte) 0)
                                    .putDouble(i / 2.0)
                                    .put(new byte[] {2, 3, 1, 'x'})
                                    .array());
                    insert.executeUpdate();
                }
                insert.setInt(1, 2);
                insert.setInt(2, 5);
                insert.setBytes(3, new byte[] {3, 4, 1});
                insert.executeUpdate();
            }
            connection.commit();
        }

        for (int start = 0; start < 2; start++) {
            try (OpenStore open = new OpenStore(folder, StoreLimits.DEFAULT)) {
                assertThat(open.read("b", "m,d=1", "v")).hasSize(ROWS).containsEntry(6_999L, 3_499.5);
                assertThat(open.read("b", "n,d=1", "text")).hasSize(ROWS).containsEntry(3L, "x");
                assertThat(open.read("c", "m", "v")).isEqualTo(Map.of(5L, true));
                assertThat(open.store().seriesCounts()).isEqualTo(Map.of("b", 2L, "c", 1L));
                assertThat(open.write("b", "m,d=1 v=1i 1")).hasSize(1);
            }
        }
    }
}
