package io.fogwhisk.bridge.client;

import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.ActivationId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which computer ran which activation, for a bounded number of them: the oldest are forgotten. Thread-safe.
 */
public final class ActivationPlaces {

    private final int max;
    private final Map<Id, String> computers;

    /** The digits of an id in a quarter of the space. */
    private record Id(long high, long low) {
        static Id of(ActivationId id) {
            return new Id(Long.parseUnsignedLong(id.hex(), 0, 16, 16), Long.parseUnsignedLong(id.hex(), 16, 32, 16));
        }
    }

    /**
     * Remembers nothing yet.
     *
     * @param max activations to remember, at least 1
     */
    public ActivationPlaces(int max) {
        if (max < 1) {
            throw new WskException("max must be at least 1, was " + max);
        }
        this.max = max;
        this.computers = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Id, String> eldest) {
                return size() > ActivationPlaces.this.max;
            }
        };
    }

    /** A computer, by its endpoint, has the activation. */
    public void remember(ActivationId id, String computer) {
        Id key = Id.of(id);
        synchronized (computers) {
            computers.put(key, computer);
        }
    }

    /** The computer that has an activation, if it is known. */
    public Optional<String> find(ActivationId id) {
        Id key = Id.of(id);
        synchronized (computers) {
            return Optional.ofNullable(computers.get(key));
        }
    }
}
