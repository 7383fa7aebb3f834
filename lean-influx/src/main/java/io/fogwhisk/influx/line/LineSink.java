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
     * A line that is not line protocol; parsing goes on after it.
     *
     * @param line its number, from 1
     * @param text the line, shortened if it is long
     * @param reason what is wrong with it
     */
    void bad(int line, String text, String reason);
}
