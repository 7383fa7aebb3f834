package io.fogwhisk.influx.flux.table;

import static io.fogwhisk.influx.flux.table.TableText.AT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How often functions of rows are bound. */
class BindingsTest {

    @Test
    void areOneForTablesOfTheSameColumns() {
        // Given: tables whose columns take turns
        List<Table> tables = TableText.tables("""
                _value:int *a:string
                1 x

                _value:int *b:string
                2 x

                _value:int *a:string
                3 y

                _value:int *b:string
                4 y
                """);
        List<List<Column>> bound = new ArrayList<>();
        RowFunction same = columns -> {
            bound.add(columns);
            return new Same(columns);
        };

        // When
        List<Table> mapped = new Map(same, AT).apply(tables, TableText.execution());

        // Then
        assertThat(TableText.text(mapped)).isEqualTo(TableText.text(tables));
        assertThat(bound).hasSize(2);
    }

    private record Same(List<Column> columns) implements RowFunction.Bound {
        @Override
        public Object[] apply(Object[] row) {
            return row.clone();
        }
    }
}
