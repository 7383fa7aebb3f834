package io.fogwhisk.influx.line;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/** What identifies a series within a bucket: a measurement and tags, sorted by key. Equal by {@link #canonical}. */
public final class SeriesKey {

    private final String measurement;
    private final List<Tag> tags;
    private final String canonical;

    /**
     * A series key; the tags are sorted here.
     *
     * @throws IllegalArgumentException if the measurement is empty or two tags have the same key
     */
    public SeriesKey(String measurement, List<Tag> tags) {
        if (measurement.isEmpty()) {
            throw new IllegalArgumentException("measurement must not be empty");
        }
        this.measurement = measurement;
        this.tags = tags.stream().sorted(Comparator.comparing(Tag::key)).toList();
        for (int i = 1; i < this.tags.size(); i++) {
            String key = this.tags.get(i).key();
            if (key.equals(this.tags.get(i - 1).key())) {
                throw new IllegalArgumentException("tag " + key + " is given twice");
            }
        }
        this.canonical = LinePrinter.series(this.measurement, this.tags);
    }

    /**
     * Reads a key back from {@link #canonical}.
     *
     * @throws IllegalArgumentException if it isn't one
     */
    public static SeriesKey parse(String canonical) {
        byte[] text = canonical.getBytes(StandardCharsets.UTF_8);
        SeriesKeyParser parser = new SeriesKeyParser(text, 0, text.length);
        SeriesKey key = parser.parse();
        if (key == null) {
            throw new IllegalArgumentException("not a series key: " + canonical + ": " + parser.reason());
        }
        return key;
    }

    /** The name of the measurement. */
    public String measurement() {
        return measurement;
    }

    /** The tags, sorted by key. */
    public List<Tag> tags() {
        return tags;
    }

    /** The tags in line protocol, sorted, without the measurement: equal for series that have the same tags. */
    public String tagText() {
        return LinePrinter.tags(tags);
    }

    /** The key in line protocol, with sorted tags: equal for equal series. */
    public String canonical() {
        return canonical;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof SeriesKey key && key.canonical.equals(canonical));
    }

    @Override
    public int hashCode() {
        return canonical.hashCode();
    }

    @Override
    public String toString() {
        return canonical;
    }
}
