package io.fogwhisk.influx.flux.time;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.Objects;

/**
 * Where clocks show local time: a zone, whose distance from UTC may change, and a fixed distance from that zone's
 * clocks. A local clock is counted in nanoseconds, as if it were UTC.
 *
 * @param id the zone
 * @param offset added to what the zone's clocks show
 */
public record Zone(ZoneId id, FluxDuration offset) {

    /** Universal time. */
    public static final Zone UTC = new Zone(ZoneOffset.UTC, FluxDuration.ZERO);

    /** Checks for null. */
    public Zone {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(offset, "offset is null");
    }

    /** Whether local clocks show UTC. */
    public boolean utc() {
        return id.equals(ZoneOffset.UTC) && offset.equals(FluxDuration.ZERO);
    }

    /** What a local clock shows at a time. */
    public long clock(long time) {
        if (utc()) {
            return time;
        }
        long seconds = id.getRules().getOffset(FluxDuration.instant(time)).getTotalSeconds();
        return offset.after(FluxDuration.ofSeconds(seconds).after(time));
    }

    /**
     * When a local clock shows this. A time that clocks skip becomes the moment at which they skip it; of a time that
     * they show twice it is the first.
     */
    public long time(long clock) {
        if (utc()) {
            return clock;
        }
        Instant shown = FluxDuration.instant(offset.negated().after(clock));
        LocalDateTime local = LocalDateTime.ofInstant(shown, ZoneOffset.UTC);
        ZoneOffsetTransition transition = id.getRules().getTransition(local);
        if (transition != null && transition.isGap()) {
            return FluxDuration.nanos(transition.getInstant());
        }
        ZoneOffset before = transition != null
                ? transition.getOffsetBefore()
                : id.getRules().getOffset(local);
        return FluxDuration.nanos(local.toInstant(before));
    }
}
