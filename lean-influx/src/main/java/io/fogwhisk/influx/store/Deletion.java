package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.SeriesKey;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is to be deleted.
 *
 * @param start first nanosecond
 * @param stop the nanosecond after the last
 * @param which the series
 */
record Deletion(String bucket, long start, long stop, Predicate<SeriesKey> which) {

    /** The same as an entry of the log: it takes the values of the entries before it out of the memory. */
    static byte[] encode(Set<Long> columns, long start, long stop) {
        Bytes out = new Bytes(16 + columns.size() * 3);
        out.putLong(start);
        out.putLong(stop);
        columns.forEach(out::putVarint);
        return out.toArray();
    }

    /** An entry of the log. */
    record Entry(Set<Long> columns, long start, long stop) {

        static Entry decode(byte[] entry) {
            Bytes.Reader in = new Bytes.Reader(entry);
            long start = in.nextLong();
            long stop = in.nextLong();
            Set<Long> columns = new HashSet<>();
            while (in.more()) {
                columns.add(in.nextVarint());
            }
            return new Entry(columns, start, stop);
        }
    }

    /**
     * What one transaction deleted.
     *
     * @param columns all columns that were looked at
     * @param seq the number of the entry of the log
     * @param entryBytes its size
     * @param lastSeries the series that was looked at last
     * @param more whether there are further series
     * @param deleted how many values
     */
    record Slice(Set<Long> columns, long seq, int entryBytes, long lastSeries, boolean more, long deleted) {}
}
