package io.fogwhisk.feed.registry;

/**
 * What the numbers of a feed's messages tell, since the feed counts them.
 *
 * @param missing numbers that were passed over and did not come since
 * @param repeated messages whose number had come before
 * @param restarts how often a device began anew with small numbers
 * @param unknown numbers of which nobody knows whether they came, because the provider was killed and what it knew of
 *     them with it
 * @param unnumbered messages without a number, or without the name of a device, where it should be
 * @param devices how many are known now
 */
public record SequenceCounts(long missing, long repeated, long restarts, long unknown, long unnumbered, int devices) {

    /** Nothing counted. */
    public static final SequenceCounts NONE = new SequenceCounts(0, 0, 0, 0, 0, 0);
}
