package io.fogwhisk.base.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The counters and gauges of one site, on a Micrometer registry that the caller owns. Thread-safe. */
public final class Metrics {

    private final MeterRegistry registry;
    private final String site;
    private final Map<Meter, Counter> counters = new EnumMap<>(Meter.class);
    private final Map<Level, MultiGauge> levels = new EnumMap<>(Level.class);
    private final Set<Shown> shown = ConcurrentHashMap.newKeySet();

    /** Registers every counter at zero, so that a scrape shows what exists before it happens. */
    public Metrics(MeterRegistry registry, String site) {
        this.registry = registry;
        this.site = site;
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

    /**
     * Shows levels, read each time that somebody looks. A subject that is not among the readings any more is shown no
     * more.
     *
     * @param readings must not block; called by whoever looks
     * @return shows them no more when it is closed
     */
    public Shown show(Supplier<? extends Collection<Level.Reading>> readings) {
        Shown added = new Shown(this, readings);
        shown.add(added);
        return added;
    }

    /** Brings the levels in the registry up to date and has somebody look at them before they change again. */
    synchronized <T> T upToDate(Supplier<T> look) {
        Map<Level, List<MultiGauge.Row<?>>> rows = new EnumMap<>(Level.class);
        levels.keySet().forEach(level -> rows.put(level, new ArrayList<>()));
        for (Shown each : shown) {
            for (Level.Reading reading : each.readings.get()) {
                rows.computeIfAbsent(reading.level(), level -> new ArrayList<>())
                        .add(MultiGauge.Row.of(tags(reading), reading.value()));
            }
        }
        rows.forEach((level, all) -> levels.computeIfAbsent(
                        level,
                        fresh ->
                                MultiGauge.builder(fresh.id()).tag("site", site).register(registry))
                .register(all, true));
        return look.get();
    }

    private static Tags tags(Level.Reading reading) {
        List<String> names = reading.level().tags();
        return Tags.of(IntStream.range(0, names.size())
                .mapToObj(each -> Tag.of(names.get(each), reading.subject().get(each)))
                .toList());
    }

    /** Levels that are shown until this is closed. */
    public static final class Shown implements AutoCloseable {
        private final Metrics metrics;
        private final Supplier<? extends Collection<Level.Reading>> readings;

        private Shown(Metrics metrics, Supplier<? extends Collection<Level.Reading>> readings) {
            this.metrics = metrics;
            this.readings = readings;
        }

        @Override
        public void close() {
            metrics.shown.remove(this);
        }
    }

    private Counter counter(Meter meter) {
        Counter counter = counters.get(meter);
        if (counter == null) {
            throw new IllegalStateException("meter " + meter + " is not registered");
        }
        return counter;
    }
}
