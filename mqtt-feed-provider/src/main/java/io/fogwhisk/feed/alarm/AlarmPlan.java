package io.fogwhisk.feed.alarm;

import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.CronSpec;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.OnceSpec;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** What the settings of a provider make of the alarms that users ask for. Immutable and thread-safe. */
final class AlarmPlan {

    /** How long an interval without a start date waits for its first fire. */
    private static final Duration FIRST_INTERVAL = Duration.ofSeconds(30);

    /** What the columns of Quartz's tables hold. */
    private static final int LONGEST_SHARED_NAME = 200;

    private final AlarmSettings settings;

    /**
     * How many ticks an alarm had.
     *
     * @param ticks what the provider knows
     * @param goesOn whether what a shared schedule has counted is what counts; else its count begins with these
     */
    record Count(int ticks, boolean goesOn) {}

    AlarmPlan(AlarmSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings is null");
    }

    /**
     * Checks that an alarm may be, and will tick.
     *
     * @param which of its dates must lie ahead, by the name of the parameter
     * @throws FeedException if not
     */
    void check(QualifiedName trigger, AlarmSpec spec, Instant now, Predicate<String> which) {
        if (settings.limitCronFields()
                && spec instanceof CronSpec cron
                && cron.cron().finerThanMinutes()) {
            throw new FeedException("cron pattern is limited to 5 fields with 1 minute as the finest granularity");
        }
        if (settings.cluster().isPresent() && trigger.toString().length() > LONGEST_SHARED_NAME) {
            throw new FeedException("a shared schedule takes triggers whose /namespace/name has at most "
                    + LONGEST_SHARED_NAME + " characters, was " + trigger);
        }
        spec.checkAhead(now, which);
        if (times(trigger, spec, now).after(now).isPresent()) {
            return;
        }
        if (spec.options().stopDate().isPresent()) {
            throw new FeedException("the first scheduled trigger fire is not until after the stop date");
        }
        if (spec instanceof CronSpec cron && spec.options().exclude().texts().isEmpty()) {
            throw new FeedException("cron pattern '" + cron.cron().text() + "' is not valid");
        }
        if (spec instanceof OnceSpec once) {
            // Also when only something else is being changed.
            spec.checkAhead(now, date -> true);
            LocalDate day = LocalDate.ofInstant(once.date().at(), spec.options().timezone());
            throw new FeedException("the date parameter '" + once.date().text()
                    + (spec.options().exclude().contains(day)
                            ? "' is one of the days of exclude"
                            : "' must be within the next 50 years"));
        }
        throw new FeedException("exclude leaves no day for the alarm");
    }

    /**
     * The instants of an alarm.
     *
     * @param changed when it was made or changed last
     */
    FireTimes times(QualifiedName trigger, AlarmSpec spec, Instant changed) {
        return FireTimes.of(spec, second(trigger, spec), changed.plus(FIRST_INTERVAL));
    }

    /**
     * The schedule of an alarm.
     *
     * @param handled no tick up to here was missed
     * @param count how many it had already
     */
    AlarmTrigger trigger(Feed feed, AlarmSpec spec, Instant handled, Count count) {
        return new AlarmTrigger(
                feed.trigger().toString(),
                spec,
                second(feed.trigger(), spec),
                feed.changed().plus(FIRST_INTERVAL),
                handled,
                count,
                settings.cluster().isPresent() ? Ticks.SHARED_TOLERANCE : Ticks.TOLERANCE);
    }

    /** A trigger has the same second after every restart, and at every provider. */
    private OptionalInt second(QualifiedName trigger, AlarmSpec spec) {
        if (settings.spread() == 0
                || !(spec instanceof CronSpec cron)
                || cron.cron().hasSeconds()
                || cron.strict().orElse(settings.strictByDefault())) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Math.floorMod(trigger.toString().hashCode(), settings.spread() + 1));
    }
}
