package io.fogwhisk.aggregate.outbox;

import io.fogwhisk.aggregate.influx.InfluxTarget;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
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

    /** The delivery that has, or would get, what waits for a target. */
    @Nullable
    Delivery find(InfluxTarget target) {
        Delivery delivery = byKey.get(target.key());
        return delivery != null ? delivery : unnamed(target);
    }

    /**
     * The delivery of a target; one that was known by its address takes on the name that it gets, for those that know its
     * token. The caller has its new key recorded, or else the file would take the next without a name for the same.
     */
    @Nullable
    Delivery take(InfluxTarget target) {
        Delivery delivery = byKey.get(target.key());
        if (delivery == null) {
            delivery = unnamed(target);
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

    private @Nullable Delivery unnamed(InfluxTarget target) {
        Delivery delivery = byKey.get(target.unnamed().key());
        return delivery != null && delivery.target().token().equals(target.token()) ? delivery : null;
    }
}
