package io.fogwhisk.edge.table;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.RunRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Which destination takes a call: the tables of a router, or the estimates of a dispatcher. Thread-safe; nothing blocks,
 * and no lock is held during a call.
 */
public interface Routing {

    /** How many tables there are. */
    int tables();

    /**
     * What a table holds, each entry with what was learned about its destination, by lambda.
     *
     * @param table its number; one that does not exist is empty
     */
    List<ForwardingEntry> entries(int table);

    /**
     * Adds an entry or changes one; one that a controller of ours says again, as it was configured before, keeps what was
     * learned. A destination that was set aside may be tried again at once.
     *
     * @throws EdgeException if the weight is 0, which would draw every call
     */
    void change(ForwardingEntry entry);

    /** Removes an entry from every table; nothing happens if it is not there. */
    void remove(String lambda, String destination);

    /** Removes everything. */
    void flush();

    /**
     * Picks a destination for a call.
     *
     * @param tried endpoints that this call must not try again
     * @param taker called once, at once or later, on any thread
     */
    void pick(RunRequest request, Collection<String> tried, Consumer<Pick> taker);

    /** How often {@link #periodEnded} wants to be called; zero for never. */
    Duration period();

    /** A period has ended: weights that follow the clock rather than the answers are computed anew. */
    void periodEnded();
}
