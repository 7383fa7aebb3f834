package io.fogwhisk.influx.flux.table;

/**
 * What operations share while a script is carried out.
 *
 * @param budget the memory that all of them may hold together
 * @param now what {@code now()} is, nanoseconds since 1970
 */
public record Execution(MemoryBudget budget, long now) {}
