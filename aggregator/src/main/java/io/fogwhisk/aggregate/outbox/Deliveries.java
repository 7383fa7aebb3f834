package io.fogwhisk.aggregate.outbox;

import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.WriteAnswer;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of an outbox by the database that they are for. Not thread-safe: whoever calls holds its monitor.
 */
final class Deliveries {

    private final Map<String, Delivery> byKey = new HashMap<>();

    Collection<Delivery> all() {
        return Collections.unmodifiableCollection(byKey.values());
    }

    void put(Delivery delivery) {
        byKey.put(delivery.target().key(), delivery);
    }

    /** Removes one that nothing waits for, unless the site itself has its name; empty if there is none. */
    Optional<Delivery> removeIdle(Set<String> kept) {
        Optional<Delivery> idle = byKey.values().stream()
                .filter(each -> each.isIdle() && !kept.contains(each.target().key()))
                .findFirst();
        idle.ifPresent(each -> byKey.remove(each.target().key()));
        return idle;
    }

    /** Why nothing may be written to a target directly: points for it wait, by its name or by its address. */
    Optional<WriteAnswer.NotNow> away(InfluxTarget target) {
        return byKey.values().stream()
                .filter(each -> each.target().key().equals(target.key()) || isTwin(each, target))
                .flatMap(each -> each.away().stream())
                .findFirst();
    }

    /**
     * The delivery of a target; one that was known by its address takes on the name that it gets, for those that know its
     * token. The caller has its new key recorded, or else the file would take the next without a name for the same. What
     * comes without a name goes where points of the same bucket go by a name: behind those that wait.
     */
    @Nullable
    Delivery take(InfluxTarget target) {
        Delivery delivery = byKey.get(target.key());
        if (target.name().isEmpty()) {
            return delivery != null && delivery.pending() > 0
                    ? delivery
                    : twin(target).orElse(delivery);
        }
        if (delivery == null) {
            delivery = twin(target).orElse(null);
            if (delivery != null) {
                byKey.remove(delivery.target().key());
                byKey.put(target.key(), delivery);
            }
        }
        return delivery;
    }

    /** How many entries a database still gets, as far as it matters to the namespace of a target. */
    int pending(InfluxTarget target) {
        return byKey.values().stream()
                .filter(each -> matters(each, target))
                .mapToInt(Delivery::pending)
                .sum();
    }

    /** What another namespace's wrong settings hold up may never come. */
    private static boolean matters(Delivery delivery, InfluxTarget target) {
        InfluxTarget other = delivery.target();
        if (other.key().equals(target.key())) {
            return true;
        }
        return other.bucket().equals(target.bucket())
                && (other.namespace().equals(target.namespace())
                        || delivery.lastFailure()
                                .filter(last -> last.configuration())
                                .isEmpty());
    }

    /** The delivery of the same bucket that is known by a name if the target is not, and the other way round. */
    private Optional<Delivery> twin(InfluxTarget target) {
        return byKey.values().stream()
                .filter(each -> isTwin(each, target))
                .max(Comparator.comparingInt(Delivery::pending));
    }

    private static boolean isTwin(Delivery delivery, InfluxTarget target) {
        InfluxTarget other = delivery.target();
        return other.name().isEmpty() != target.name().isEmpty()
                && other.unnamed().equals(target.unnamed());
    }
}
