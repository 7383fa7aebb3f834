package io.fogwhisk.feed;

import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.wsk.TriggerDirectory.Existence;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/**
 * When to ask after the trigger of which feed: of every stored feed at once, again with growing pauses until there is an
 * answer, and rarely from then on. An OpenWhisk that is silent altogether is left alone for a while, so that it is not
 * asked for ten thousand triggers whenever it is down. Is told the time, in milliseconds that never go back; guarded by
 * itself.
 */
final class WatchPlan {

    /** How many questions in a row remain without an answer before the others wait. */
    static final int SILENT = 8;

    /** How soon a feed that waits for its trigger is looked after again. */
    static final Duration DECLARED = Duration.ofSeconds(30);

    private static final Backoff AGAIN = Backoff.between(Duration.ofSeconds(1), Duration.ofMinutes(5));
    private static final Backoff SILENCE = Backoff.between(Duration.ofSeconds(1), Duration.ofMinutes(1));
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** Longer than an OpenWhisk is given for its answer. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(80);

    private static final double SOONEST = 0.75;
    private static final double SPREAD = 0.5;

    private final long checkMillis;
    private final DoubleSupplier random;
    private final Map<QualifiedName, Entry> entries = new HashMap<>();
    private boolean begun;
    private int unanswered;
    private int silences;
    private long silentUntil = Long.MIN_VALUE;

    /**
     * When a trigger is due.
     *
     * @param unknown how many questions in a row brought no answer
     */
    private record Entry(long due, int unknown) {}

    /**
     * A plan before its first round.
     *
     * @param check how often, about, a trigger that is there is asked after again
     * @param random gives numbers in [0, 1)
     */
    WatchPlan(Duration check, DoubleSupplier random) {
        checkMillis = check.toMillis();
        this.random = random;
    }

    /**
     * Whom to ask after now, the longest overdue first.
     *
     * @param feeds all that there are; those that come after the first round have just been made
     */
    synchronized List<Feed> due(List<Feed> feeds, long now) {
        Set<QualifiedName> names = feeds.stream().map(Feed::trigger).collect(Collectors.toSet());
        entries.keySet().retainAll(names);
        for (Feed feed : feeds) {
            Entry entry = entries.computeIfAbsent(feed.trigger(), name -> new Entry(begun ? now + rarely() : now, 0));
            if (TriggerWatch.stays(feed) && TriggerWatch.waiting(feed) && entry.due > now + DECLARED.toMillis()) {
                entries.put(feed.trigger(), new Entry(now + DECLARED.toMillis(), entry.unknown));
            }
        }
        begun = true;
        if (silent(now)) {
            return List.of();
        }
        return feeds.stream()
                .filter(feed -> dueOf(feed) <= now)
                .sorted(Comparator.comparingLong(this::dueOf))
                .toList();
    }

    /** Whether nobody is to be asked for now. */
    synchronized boolean silent(long now) {
        return now < silentUntil;
    }

    /** A trigger is asked after. */
    synchronized void asked(Feed feed, long now) {
        entries.computeIfPresent(feed.trigger(), (name, entry) -> new Entry(now + UNDER_WAY.toMillis(), entry.unknown));
    }

    /** An answer came, or the news that there is none. */
    synchronized void answered(Feed feed, Existence existence, long now) {
        if (existence == Existence.UNKNOWN) {
            entries.computeIfPresent(feed.trigger(), (name, entry) -> {
                int unknown = entry.unknown + 1;
                return new Entry(now + AGAIN.after(unknown, random).toMillis(), unknown);
            });
            unanswered++;
            if (unanswered >= SILENT && !silent(now)) {
                silences++;
                silentUntil = now + SILENCE.after(silences, random).toMillis();
            }
            return;
        }
        unanswered = 0;
        silences = 0;
        boolean missing = TriggerWatch.stays(feed) && existence != Existence.PRESENT;
        entries.computeIfPresent(
                feed.trigger(), (name, entry) -> new Entry(now + (missing ? DECLARED.toMillis() : rarely()), 0));
    }

    /** How long to wait for the next round; never long, because there may be new feeds. */
    synchronized Duration pause(long now) {
        long longest = now + Math.min(LONGEST_PAUSE.toMillis(), checkMillis);
        long next = entries.values().stream().mapToLong(Entry::due).min().orElse(longest);
        return Duration.ofMillis(Math.max(1, Math.min(longest, Math.max(next, silentUntil)) - now));
    }

    /** Not all at the same time. */
    private long rarely() {
        return (long) (checkMillis * (SOONEST + SPREAD * random.getAsDouble()));
    }

    private long dueOf(Feed feed) {
        Entry entry = entries.get(feed.trigger());
        return entry == null ? Long.MAX_VALUE : entry.due;
    }
}
