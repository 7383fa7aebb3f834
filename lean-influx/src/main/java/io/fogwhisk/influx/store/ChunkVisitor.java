package io.fogwhisk.influx.store;

/** Takes the points of a series by chunks. */
@FunctionalInterface
public interface ChunkVisitor {

    /**
     * Some points; never none.
     *
     * @param chunk counts only during this call
     * @return whether to go on
     */
    boolean chunk(Chunk chunk);
}
