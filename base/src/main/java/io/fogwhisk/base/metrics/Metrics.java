package io.fogwhisk.base.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntSupplier;

/** The counters and gauges of one site, on a Micrometer registry that the caller owns. Thread-safe. */
public final class Metrics {

    private final MeterRegistry registry;
    private final Map<Meter, Counter> counters = new EnumMap<>(Meter.class);

    /** Registers every counter at zero, so that a scrape shows what exists before it happens. */
    public Metrics(MeterRegistry registry, String site) {
        this.registry = registry;
        for (Meter meter : Meter.values()) {
            counters.put(meter, Counter.builder(meter.id()).tag("site", site).register(registry));
        }
    }

    /** Adds one. */
    public void count(Meter meter) {
        count(meter, 1);
    }

    /** Adds a number, zero or more. */
    public void count(Meter meter, long amount) {
        counter(meter).increment((double) amount);
    }

    /** What was counted since the start of the process. */
    public long value(Meter meter) {
        return (long) counter(meter).count();
    }

    /**
     * Shows the depth of a queue as {@code fogwhisk.queue.depth}, tagged with its name.
     *
     * @return takes it away again, for an owner that closes before the registry does
     */
    public Runnable queue(String name, IntSupplier depth) {
        Gauge gauge = Gauge.builder("fogwhisk.queue.depth", depth::getAsInt)
                .tag("queue", name)
                .strongReference(true)
                .register(registry);
        return () -> registry.remove(gauge);
    }

    private Counter counter(Meter meter) {
        Counter counter = counters.get(meter);
        if (counter == null) {
            throw new IllegalStateException("meter " + meter + " is not registered");
        }
        return counter;
    }
}
