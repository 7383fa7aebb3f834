package io.fogwhisk.edge.table;

/** What a table offers for a call. */
public sealed interface Pick permits Route, Pick.Busy, Pick.Nowhere {

    /** Every destination that can be reached has as many calls in flight as it may have; one of them will end. */
    record Busy() implements Pick {}

    /**
     * There is no destination that can be reached.
     *
     * @param cause why, as a retcode
     */
    record Nowhere(String cause) implements Pick {}
}
