package io.fogwhisk.influx.line;

/** Takes what a {@link LineParser} finds, in the order of the text. */
public interface LineSink {

    /**
     * A good line.
     *
     * @param line its number, from 1
     */
    void point(int line, Point point);

    /**
     * A line that is not line protocol, or several that a quoted value seems to join; parsing goes on after them.
     *
     * @param first the number of the first, from 1
     * @param last the number of the last; usually the same
     * @param text the first line, shortened if it is long
     * @param reason what is wrong with it
     */
    void bad(int first, int last, String text, String reason);
}
