package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.List;

/** {@code union()}: the tables of all streams; those with equal group keys become one; in the order of their keys. */
public record Union(Position at) implements Combination {

    @Override
    public List<Table> apply(List<List<Table>> streams, Execution execution) {
        Table.Bounds bounds =
                Table.Bounds.around(streams.stream().flatMap(List::stream).toList());
        Merging merging = new Merging(at);
        streams.forEach(stream -> stream.forEach(table -> merging.add(table.within(bounds))));
        return merging.sorted();
    }
}
