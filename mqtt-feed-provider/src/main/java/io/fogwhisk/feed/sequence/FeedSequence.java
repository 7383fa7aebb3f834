package io.fogwhisk.feed.sequence;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.registry.SequenceCounts;
import io.fogwhisk.feed.registry.SequenceSpec;
import io.fogwhisk.feed.registry.SequenceWatch;
import io.fogwhisk.feed.sequence.DeviceSequence.Finding;
import io.fogwhisk.feed.sequence.NumberField.Numbered;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The numbers of one feed's messages, by device; of too many devices, the one not heard of for longest is forgotten. */
final class FeedSequence implements SequenceWatch {

    /** The most devices of a feed. */
    static final int MAX_DEVICES = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(FeedSequence.class);
    private static final long WARN_MILLIS = Duration.ofMinutes(1).toMillis();

    private final QualifiedName trigger;
    private final SequenceSpec spec;
    private final String about;
    private final Metrics metrics;
    private final Clock clock;
    private final Runnable changed;
    // All below is guarded by this. In the order of the last message.
    private final Map<String, DeviceSequence> devices = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<String> unsaved = new HashSet<>();
    private boolean forgot;
    private boolean dirty;
    private long warnedAt;
    private SequenceCounts counts;

    /**
     * The numbers of a feed.
     *
     * @param about of what it counts them, as text
     * @param stored what was known of them
     * @param changed is run when there is something to be saved, once until {@link #unsaved}; must be short
     */
    FeedSequence(
            QualifiedName trigger,
            SequenceSpec spec,
            String about,
            Stored stored,
            Metrics metrics,
            Clock clock,
            Runnable changed) {
        this.trigger = trigger;
        this.spec = spec;
        this.about = about;
        this.metrics = metrics;
        this.clock = clock;
        this.changed = changed;
        counts = stored.counts;
        devices.putAll(stored.devices);
        warnedAt = clock.millis() - WARN_MILLIS;
    }

    /** What the file knows of a feed. */
    record Stored(SequenceCounts counts, Map<String, DeviceSequence> devices) {
        static final Stored NOTHING = new Stored(SequenceCounts.NONE, Map.of());
    }

    /**
     * What the file does not know yet.
     *
     * @param whole whether it is everything, so that the file is to forget the rest
     */
    record Unsaved(QualifiedName trigger, String about, SequenceCounts counts, List<Row> rows, boolean whole) {}

    /** A device. */
    record Row(String device, long last, String holes) {}

    /** Of what the numbers are, as text. */
    String about() {
        return about;
    }

    @Override
    public void received(String topic, byte[] payload) {
        Optional<Numbered> numbered = NumberField.read(topic, payload, spec);
        boolean first;
        synchronized (this) {
            if (numbered.isPresent()) {
                look(numbered.get());
            } else {
                count(0, 0, 0, 0, 1);
            }
            first = !dirty;
            dirty = true;
        }
        if (first) {
            changed.run();
        }
    }

    private void look(Numbered numbered) {
        DeviceSequence device = devices.get(numbered.device());
        if (device == null) {
            if (devices.size() >= MAX_DEVICES) {
                String longest = devices.keySet().iterator().next();
                devices.remove(longest);
                unsaved.remove(longest);
                forgot = true;
            }
            device = new DeviceSequence();
            devices.put(numbered.device(), device);
        }
        unsaved.add(numbered.device());
        Finding finding = device.next(numbered.number());
        long many = finding.count();
        switch (finding.kind()) {
            case GAP -> {
                metrics.count(Meter.FEED_SEQUENCE_MISSING, many);
                count(many, 0, 0, 0, 0);
                warn(many);
            }
            case LATE -> {
                metrics.count(Meter.FEED_SEQUENCE_LATE);
                count(-many, 0, 0, 0, 0);
            }
            case REPEATED -> {
                metrics.count(Meter.FEED_SEQUENCE_REPEATED);
                count(0, many, 0, 0, 0);
            }
            case RESTARTED -> {
                metrics.count(Meter.FEED_SEQUENCE_RESTARTED);
                count(0, 0, many, 0, 0);
            }
            case UNKNOWN -> count(0, 0, 0, many, 0);
            case IN_ORDER -> {}
        }
    }

    private void count(long missing, long repeated, long restarts, long unknown, long unnumbered) {
        counts = new SequenceCounts(
                counts.missing() + missing,
                counts.repeated() + repeated,
                counts.restarts() + restarts,
                counts.unknown() + unknown,
                counts.unnumbered() + unnumbered,
                0);
    }

    private void warn(long now) {
        long at = clock.millis();
        if (at - warnedAt >= WARN_MILLIS) {
            warnedAt = at;
            LOG.atWarn()
                    .addKeyValue("trigger", trigger)
                    .addKeyValue("missing", now)
                    .addKeyValue("missingInAll", counts.missing())
                    .log("messages are missing");
        }
    }

    @Override
    public synchronized SequenceCounts counts() {
        return new SequenceCounts(
                counts.missing(),
                counts.repeated(),
                counts.restarts(),
                counts.unknown(),
                counts.unnumbered(),
                devices.size());
    }

    /** The next number of each device may be any: what came meanwhile was not for this feed. */
    void expectAny() {
        synchronized (this) {
            devices.clear();
            unsaved.clear();
            forgot = true;
            if (dirty) {
                return;
            }
            dirty = true;
        }
        changed.run();
    }

    /** What is not in the file, which has it from now on; empty if that is nothing. */
    synchronized Optional<Unsaved> unsaved() {
        if (!dirty) {
            return Optional.empty();
        }
        dirty = false;
        boolean whole = forgot;
        forgot = false;
        List<Row> rows = new ArrayList<>();
        devices.forEach((name, device) -> {
            if (whole || unsaved.contains(name)) {
                rows.add(new Row(name, device.last(), device.holes()));
            }
        });
        unsaved.clear();
        return Optional.of(new Unsaved(trigger, about, counts, rows, whole));
    }

    /** The file could not take it: everything is to be written with the next change. */
    synchronized void notSaved() {
        forgot = true;
    }
}
