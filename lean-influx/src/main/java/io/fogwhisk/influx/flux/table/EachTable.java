package io.fogwhisk.influx.flux.table;

import java.util.ArrayList;
import java.util.List;

/** An operation that makes something of each table by itself. */
interface EachTable extends Operation {

    /** The tables that one becomes: none, itself, or others. */
    List<Table> of(Table table, Execution execution);

    @Override
    default List<Table> apply(List<Table> tables, Execution execution) {
        List<Table> made = new ArrayList<>();
        for (Table table : tables) {
            made.addAll(of(table, execution));
        }
        return made;
    }
}
