package io.fogwhisk.feed.alarm;

import io.fogwhisk.feed.registry.Misfire;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/**
 * Which tick of an alarm comes next, and when it is due: what its pattern says, what its misfire policy makes of ticks
 * that have passed, and its jitter. Immutable and thread-safe; is told the time.
 */
final class Ticks {

    /** How late a tick may be before it counts as missed, where one provider runs. */
    static final Duration TOLERANCE = Duration.ofSeconds(5);

    /** The same where another provider takes the ticks over of one that died, some ten seconds later. */
    static final Duration SHARED_TOLERANCE = Duration.ofSeconds(30);

    private static final int MOST_MISSED = 1_000;
    private static final int GROWTH = 4;

    private final FireTimes times;
    private final Misfire misfire;
    private final long jitterMillis;
    private final Duration tolerance;
    private final LongUnaryOperator random;

    /**
     * One tick.
     *
     * @param nominal when the alarm means it
     * @param due when it is to be fired
     */
    record Tick(Instant nominal, Instant due) {
        Tick {
            Objects.requireNonNull(nominal, "nominal is null");
            Objects.requireNonNull(due, "due is null");
        }
    }

    /**
     * The ticks of an alarm.
     *
     * @param jitter the longest delay
     * @param tolerance how late a tick may be before it counts as missed
     * @param random from 0 to below its argument
     */
    Ticks(FireTimes times, Misfire misfire, Duration jitter, Duration tolerance, LongUnaryOperator random) {
        this.tolerance = tolerance;
        this.times = times;
        this.misfire = misfire;
        this.jitterMillis = jitter.toMillis();
        this.random = random;
    }

    /**
     * The first tick to fire when nobody did for a while.
     *
     * @param handled nothing up to here was missed
     */
    Optional<Tick> resumed(Instant handled, Instant now) {
        Optional<Instant> first = times.after(handled);
        if (first.isEmpty() || first.get().isAfter(now)) {
            return first.map(this::onTime);
        }
        return switch (misfire) {
            case SKIP -> times.after(now).map(this::onTime);
            case ONCE -> Optional.of(new Tick(missed(first.get(), now, 1), now));
            case ALL -> Optional.of(new Tick(missed(first.get(), now, MOST_MISSED), now));
        };
    }

    /** The tick after one that is being fired. */
    Optional<Tick> next(Instant nominal, Instant now) {
        Optional<Instant> next = times.after(nominal);
        if (next.isEmpty() || next.get().isAfter(now.minus(tolerance))) {
            return next.map(this::onTime);
        }
        return misfire == Misfire.ALL ? next.map(missed -> new Tick(missed, now)) : resumed(nominal, now);
    }

    /**
     * The instants that nobody fires, because the next tick to fire lies behind them.
     *
     * @param handled nothing up to here was skipped
     * @param next the tick that comes; empty if none does
     * @return at most so many, the last ones, in order
     */
    List<Instant> skipped(Instant handled, Optional<Instant> next, Instant now, int most) {
        Instant until = next.map(at -> at.minusMillis(1)).filter(now::isAfter).orElse(now);
        return times.after(handled)
                .filter(first -> !first.isAfter(until))
                .map(first -> List.copyOf(last(first, until, most)))
                .orElse(List.of());
    }

    private Tick onTime(Instant nominal) {
        long delay = jitterMillis == 0 ? 0 : random.applyAsLong(jitterMillis + 1);
        return new Tick(nominal, nominal.plusMillis(delay));
    }

    /** Of the instants from the first missed one until now, the oldest of the last so many. */
    private Instant missed(Instant first, Instant now, int most) {
        Deque<Instant> last = last(first, now, most);
        return last.isEmpty() ? first : last.getFirst();
    }

    /** Of the instants from one until another, the last so many. Does not count through all that lie between. */
    private Deque<Instant> last(Instant first, Instant until, int most) {
        Deque<Instant> last = new ArrayDeque<>();
        Duration window = Duration.ofSeconds(most);
        while (true) {
            Instant start = until.minus(window);
            boolean whole = !start.isAfter(first);
            Optional<Instant> next = times.after(whole ? first.minusMillis(1) : start);
            last.clear();
            while (next.isPresent() && !next.get().isAfter(until)) {
                if (last.size() == most) {
                    last.removeFirst();
                }
                last.addLast(next.get());
                next = times.after(next.get());
            }
            if (whole || last.size() == most) {
                return last;
            }
            window = window.multipliedBy(GROWTH);
        }
    }
}
