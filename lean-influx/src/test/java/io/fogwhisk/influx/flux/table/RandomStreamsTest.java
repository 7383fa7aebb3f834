package io.fogwhisk.influx.flux.table;

import static io.fogwhisk.influx.flux.table.TableText.AT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Join, union, pivot and group of random streams, compared with what nested loops make of their rows. */
class RandomStreamsTest {

    private static final List<Column> COLUMNS = List.of(
            new Column("_time", ColumnType.TIME, false),
            new Column("_value", ColumnType.INT, false),
            new Column("tag", ColumnType.STRING, true),
            new Column("field", ColumnType.STRING, true));

    @Test
    void joinPairsEveryRowWithEveryMatch() {
        Random random = new Random(1);
        for (int round = 0; round < 50; round++) {
            List<Table> left = stream(random);
            List<Table> right = stream(random);
            Join join = new Join(List.of("l", "r"), List.of("_time", "tag"), "inner", AT);

            List<Map<String, Object>> joined = rows(join.apply(List.of(left, right), TableText.execution()));

            List<Map<String, Object>> expected = new ArrayList<>();
            for (Map<String, Object> one : rows(left)) {
                for (Map<String, Object> other : rows(right)) {
                    if (!"null".equals(one.get("_time"))
                            && !"null".equals(one.get("tag"))
                            && Objects.equals(one.get("_time"), other.get("_time"))
                            && Objects.equals(one.get("tag"), other.get("tag"))) {
                        Map<String, Object> row = new TreeMap<>();
                        row.put("_time", one.get("_time"));
                        row.put("tag", one.get("tag"));
                        row.put("_value_l", one.get("_value"));
                        row.put("_value_r", other.get("_value"));
                        row.put("field_l", one.get("field"));
                        row.put("field_r", other.get("field"));
                        expected.add(row);
                    }
                }
            }
            assertThat(joined).as("round %s", round).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void unionHasEveryRowInTheTableOfItsKey() {
        Random random = new Random(2);
        for (int round = 0; round < 50; round++) {
            List<Table> one = stream(random);
            List<Table> other = stream(random);

            List<Table> united = new Union(AT).apply(List.of(one, other), TableText.execution());

            List<Map<String, Object>> expected = rows(one);
            expected.addAll(rows(other));
            assertThat(rows(united)).containsExactlyInAnyOrderElementsOf(expected);
            assertKeysHold(united);
        }
    }

    @Test
    void groupHasEveryRowInTheTableOfItsKey() {
        Random random = new Random(3);
        for (List<String> columns :
                List.of(List.<String>of(), List.of("tag"), List.of("_time"), List.of("field", "no"))) {
            for (boolean except : new boolean[] {false, true}) {
                List<Table> stream = stream(random);

                List<Table> grouped = new Group(columns, except, AT).apply(stream, TableText.execution());

                assertThat(rows(grouped)).containsExactlyInAnyOrderElementsOf(rows(stream));
                assertKeysHold(grouped);
            }
        }
    }

    @Test
    void pivotPutsTheLastValueOfEachPlace() {
        Random random = new Random(4);
        for (int round = 0; round < 50; round++) {
            List<Table> stream = stream(random);
            Pivot pivot = new Pivot(List.of("_time"), List.of("field"), "_value", AT);

            List<Map<String, Object>> pivoted = rows(pivot.apply(stream, TableText.execution()));

            Map<List<Object>, Map<String, Object>> expected = new HashMap<>();
            for (Map<String, Object> row : rows(stream)) {
                expected.computeIfAbsent(List.of(row.get("tag"), row.get("_time")), key -> {
                            Map<String, Object> made = new TreeMap<>();
                            made.put("tag", row.get("tag"));
                            made.put("_time", row.get("_time"));
                            return made;
                        })
                        .put(String.valueOf(row.get("field")), row.get("_value"));
            }
            pivoted.forEach(row -> row.entrySet()
                    .removeIf(cell ->
                            cell.getKey().startsWith("f") && cell.getValue().equals("null")));
            expected.values()
                    .forEach(row -> row.entrySet()
                            .removeIf(cell -> cell.getKey().startsWith("f")
                                    && cell.getValue().equals("null")));
            assertThat(pivoted).as("round %s", round).containsExactlyInAnyOrderElementsOf(expected.values());
        }
    }

    /** Tables of up to three tags and fields, with times that come twice, and nulls. */
    private static List<Table> stream(Random random) {
        List<Table> tables = new ArrayList<>();
        for (int tag = 0; tag < 3; tag++) {
            for (int field = 0; field < 2; field++) {
                if (random.nextInt(4) > 0) {
                    List<@Nullable Object[]> rows = new ArrayList<>();
                    for (int i = 0; i <= random.nextInt(6); i++) {
                        rows.add(new Object[] {
                            random.nextInt(8) == 0 ? null : (Long) (long) random.nextInt(5),
                            random.nextInt(8) == 0 ? null : (Long) random.nextLong(100),
                            "t" + tag,
                            "f" + field
                        });
                    }
                    tables.add(new Table(
                            COLUMNS, Regroup.key(COLUMNS, rows.get(0)), Table.Bounds.NONE, false, Rows.of(rows)));
                }
            }
        }
        return tables;
    }

    private static void assertKeysHold(List<Table> tables) {
        assertThat(tables.stream().map(Table::identity).toList()).doesNotHaveDuplicates();
        for (Table table : tables) {
            table.rows().scan(row -> {
                for (int i = 0; i < row.length; i++) {
                    if (table.columns().get(i).grouped()) {
                        assertThat(row[i]).isEqualTo(table.key()[i]);
                    }
                }
                return true;
            });
        }
    }

    private static List<Map<String, Object>> rows(List<Table> tables) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Table table : tables) {
            table.rows().scan(row -> {
                Map<String, Object> named = new TreeMap<>();
                for (int i = 0; i < row.length; i++) {
                    named.put(table.columns().get(i).label(), Objects.requireNonNullElse(row[i], "null"));
                }
                rows.add(named);
                return true;
            });
        }
        return rows;
    }
}
