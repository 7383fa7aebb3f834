package io.fogwhisk.feed.alarm;

import io.fogwhisk.feed.registry.AlarmDate;
import io.fogwhisk.feed.registry.AlarmOptions;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.CronSpec;
import io.fogwhisk.feed.registry.IntervalSpec;
import io.fogwhisk.feed.registry.OnceSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The instants at which an alarm means to fire, before any delay. Immutable and thread-safe; knows no clock. */
@FunctionalInterface
interface FireTimes {

    /** The longest that is looked ahead: over every combination of a leap day and a day of the week. */
    Duration HORIZON = Duration.ofDays(50 * 366);

    /** The first instant later than another; empty if there is none within {@link #HORIZON}. */
    Optional<Instant> after(Instant instant);

    /**
     * The instants of an alarm.
     *
     * @param second at which second a pattern without seconds fires; empty for what the pattern says
     * @param since from when an interval without a start date counts
     */
    static FireTimes of(AlarmSpec spec, OptionalInt second, Instant since) {
        AlarmOptions options = spec.options();
        FireTimes times;
        if (spec instanceof CronSpec cron) {
            times = new CronTimes(
                    second.isPresent() ? cron.cron().atSecond(second.getAsInt()) : cron.cron(), options.timezone());
        } else if (spec instanceof IntervalSpec interval) {
            times = every(
                    Duration.ofMinutes(interval.minutes()),
                    options.startDate().map(AlarmDate::at).orElse(since));
        } else {
            Instant date = ((OnceSpec) spec).date().at();
            times = instant -> Optional.of(date).filter(instant::isBefore);
        }
        return within(times, options);
    }

    /** The next instants after another, in order, at most so many. */
    default List<Instant> after(Instant instant, int count) {
        List<Instant> list = new ArrayList<>();
        Optional<Instant> next = after(instant);
        while (next.isPresent() && list.size() < count) {
            list.add(next.get());
            next = after(next.get());
        }
        return list;
    }

    private static FireTimes every(Duration pace, Instant first) {
        return instant -> {
            if (instant.isBefore(first)) {
                return Optional.of(first);
            }
            long passed = Duration.between(first, instant).dividedBy(pace);
            return Optional.of(first.plus(pace.multipliedBy(passed + 1)));
        };
    }

    /** Leaves out what lies before the start, after the stop, or on an excluded day. */
    private static FireTimes within(FireTimes times, AlarmOptions options) {
        Optional<Instant> soonest = options.startDate().map(date -> date.at().minusMillis(1));
        return instant -> {
            Instant from = soonest.filter(instant::isBefore).orElse(instant);
            Instant horizon = from.plus(HORIZON);
            Optional<Instant> next = times.after(from);
            while (next.isPresent()) {
                Instant at = next.get();
                if (at.isAfter(horizon)
                        || options.stopDate()
                                .filter(stop -> at.isAfter(stop.at()))
                                .isPresent()) {
                    return Optional.empty();
                }
                LocalDate day = LocalDate.ofInstant(at, options.timezone());
                if (!options.exclude().contains(day)) {
                    return next;
                }
                next = times.after(day.plusDays(1)
                        .atStartOfDay(options.timezone())
                        .toInstant()
                        .minusMillis(1));
            }
            return next;
        };
    }
}
