package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.List;

/** What a function of Flux makes of several streams of tables. */
public interface Combination {

    /** Where the script says so. */
    Position at();

    /**
     * The stream that comes out.
     *
     * @param streams in the order in which the script names them
     * @throws io.fogwhisk.influx.InfluxException if columns or types do not fit, or the execution runs out of memory
     */
    List<Table> apply(List<List<Table>> streams, Execution execution);
}
