package io.fogwhisk.feed.registry;

/** Looks at the numbers of a feed's messages. Thread-safe; never waits. */
public interface SequenceWatch {

    /**
     * A message came.
     *
     * @param payload not to be changed
     */
    void received(String topic, byte[] payload);

    /** What was counted. */
    SequenceCounts counts();
}
