package io.fogwhisk.influx.flux.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Functions of rows that are bound once for each list of columns, not for each table. Not thread-safe. */
final class Bindings<B> {

    private final Function<List<Column>, B> bind;
    private final Map<List<Column>, B> bound = new HashMap<>();

    Bindings(Function<List<Column>, B> bind) {
        this.bind = bind;
    }

    /** The function for rows of these columns. */
    B of(List<Column> columns) {
        B known = bound.get(columns);
        if (known == null) {
            known = bind.apply(columns);
            bound.put(columns, known);
        }
        return known;
    }
}
