package io.fogwhisk.aggregate.action;

import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.Group;
import io.fogwhisk.aggregate.influx.LineProtocol;
import io.fogwhisk.aggregate.window.Window;
import io.fogwhisk.aggregate.window.Windowing;
import java.time.LocalDate;
import java.util.List;

/** How a window's aggregates look at the centre: the tags that they have beside those that they are grouped by. */
enum AggregateLayout {
    /** Tag {@code window}, such as {@code 1h}: one series for each group. */
    LOW_CARDINALITY("low-cardinality", List.of("window")) {
        @Override
        void tags(LineProtocol line, Windowing windowing, Window window) {
            line.tag("window", windowing.size().toString());
        }
    },

    /**
     * Tags {@code year}, {@code month} and {@code day} of the window's start in the job's zone: a series for each day, and
     * no difference between windows of several sizes.
     */
    REFERENCE("reference", List.of("year", "month", "day")) {
        @Override
        void tags(LineProtocol line, Windowing windowing, Window window) {
            LocalDate date = LocalDate.ofInstant(window.start(), windowing.zone());
            line.tag("year", Integer.toString(date.getYear()))
                    .tag("month", Integer.toString(date.getMonthValue()))
                    .tag("day", Integer.toString(date.getDayOfMonth()));
        }
    };

    private final String word;
    // List.of makes one that cannot change, which its type does not say.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> own;

    AggregateLayout(String word, List<String> own) {
        this.word = word;
        this.own = own;
    }

    /**
     * The layout of a name.
     *
     * @param groupBy the tags of the job, none of which may be one of the layout's own
     */
    static AggregateLayout of(String word, List<String> groupBy) {
        for (AggregateLayout layout : values()) {
            if (layout.word.equals(word)) {
                for (String tag : layout.own) {
                    if (groupBy.contains(tag)) {
                        throw new AggregateException(
                                "groupBy must not hold " + tag + ": the layout " + word + " has a tag of that name");
                    }
                }
                return layout;
            }
        }
        throw new AggregateException("layout must be low-cardinality or reference, was \"" + word + "\"");
    }

    /** The series of a group's aggregates, without fields and time. */
    LineProtocol series(AggregateJob job, Group group, Window window) {
        LineProtocol line = new LineProtocol().measurement(job.prefix() + group.measurement());
        group.tags().forEach(line::tag);
        tags(line, job.windowing(), window);
        return line;
    }

    /** The layout's own tags. */
    abstract void tags(LineProtocol line, Windowing windowing, Window window);
}
