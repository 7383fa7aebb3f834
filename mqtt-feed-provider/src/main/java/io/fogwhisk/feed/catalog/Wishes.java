package io.fogwhisk.feed.catalog;

import io.fogwhisk.wsk.model.QualifiedName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The feeds that the documents of a catalogue want, by document and by trigger. When several want the same trigger, the
 * first has it until it is gone. Guarded by itself.
 */
final class Wishes {

    private final Map<Source, Wish> bySource = new HashMap<>();
    private final Map<QualifiedName, List<Source>> byTrigger = new HashMap<>();

    /** A document. Its id may hold a key, and is not for logs. */
    record Source(FeedFamily family, String id) {
        @Override
        public String toString() {
            return family.name();
        }
    }

    /** Remembers what a document wants, in the place of what it wanted; returns the trigger that it let go of, if any. */
    synchronized Optional<QualifiedName> put(Source source, Wish wish) {
        Optional<QualifiedName> before = Optional.ofNullable(bySource.get(source))
                .map(Wish::trigger)
                .filter(trigger -> !trigger.equals(wish.trigger()));
        before.ifPresent(trigger -> forget(source, trigger));
        bySource.put(source, wish);
        List<Source> sources = byTrigger.computeIfAbsent(wish.trigger(), name -> new ArrayList<>());
        if (!sources.contains(source)) {
            sources.add(source);
        }
        return before;
    }

    /** Forgets a document; returns the trigger that it wanted, if any. */
    synchronized Optional<QualifiedName> remove(Source source) {
        Optional<QualifiedName> before =
                Optional.ofNullable(bySource.remove(source)).map(Wish::trigger);
        before.ifPresent(trigger -> forget(source, trigger));
        return before;
    }

    synchronized boolean has(Source source) {
        return bySource.containsKey(source);
    }

    /** Whether it is this document that has the trigger that it wants. */
    synchronized boolean first(Source source, QualifiedName trigger) {
        return byTrigger.getOrDefault(trigger, List.of()).indexOf(source) == 0;
    }

    /** What a trigger is to have. */
    synchronized Optional<Wish> of(QualifiedName trigger) {
        return byTrigger.getOrDefault(trigger, List.of()).stream().findFirst().map(bySource::get);
    }

    synchronized Set<QualifiedName> triggers() {
        return Set.copyOf(byTrigger.keySet());
    }

    /** Has every wish be another one, for the same trigger. */
    synchronized void renew(UnaryOperator<Wish> how) {
        bySource.replaceAll((source, wish) -> how.apply(wish));
    }

    private void forget(Source source, QualifiedName trigger) {
        byTrigger.computeIfPresent(trigger, (name, sources) -> {
            sources.remove(source);
            return sources.isEmpty() ? null : sources;
        });
    }
}
