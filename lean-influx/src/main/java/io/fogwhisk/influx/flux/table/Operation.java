package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.List;

/** What a function of Flux does to a stream of tables. */
public interface Operation {

    /** Where the script says so. */
    Position at();

    /**
     * The stream that comes out.
     *
     * @throws io.fogwhisk.influx.InfluxException if columns or types do not fit, or the execution runs out of memory
     */
    List<Table> apply(List<Table> tables, Execution execution);

    /**
     * Whether this takes tables that were not read yet, and so may turn out to be empty; it leaves those out, or passes
     * them on unread. All other operations only get tables of which it is known that they are there.
     */
    default boolean takesUnread() {
        return false;
    }
}
