package io.fogwhisk.feed.alarm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.quartz.Calendar;
import org.quartz.ScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.triggers.AbstractTrigger;
import org.quartz.spi.MutableTrigger;

/**
 * The schedule of an alarm as Quartz asks for it, kept in a shared schedule as it stands. All it says comes from
 * {@link Ticks}; here is only where it stands. Guarded by Quartz: each use works on a copy of its own.
 */
final class AlarmTrigger extends AbstractTrigger<AlarmTrigger> {

    private static final long serialVersionUID = 1L;
    private static final long NEVER = Long.MIN_VALUE;
    private static final int BY_SECOND_OF_PATTERN = -1;

    private final String kind;
    private final String parameters;
    private final int second;
    private final long since;
    private final long toleranceMillis;
    private long handled;
    private long nominal = NEVER;
    private long due = NEVER;
    private long fired = NEVER;
    private long firedDue = NEVER;
    private final int most;
    private int left;
    private boolean endedUnfired;
    private transient boolean exhausted;
    private transient AlarmPlan.@Nullable Count count;
    private transient @Nullable String stored;
    private transient @Nullable Ticks ticks;

    /**
     * A schedule before its first tick.
     *
     * @param second at which second a pattern without seconds fires
     * @param since from when an interval counts
     * @param handled no tick up to here was missed
     * @param count how many ticks it had, of those that there may be
     * @param tolerance how late a tick may be before it counts as missed
     */
    AlarmTrigger(
            String name,
            AlarmSpec spec,
            OptionalInt second,
            Instant since,
            Instant handled,
            AlarmPlan.Count count,
            Duration tolerance) {
        super(name);
        this.kind = spec.kind();
        this.parameters = JsonObject.adopt(spec.toJson()).text();
        this.second = second.orElse(BY_SECOND_OF_PATTERN);
        this.since = since.toEpochMilli();
        this.toleranceMillis = tolerance.toMillis();
        this.handled = handled.toEpochMilli();
        this.most = spec.options().maxTriggers();
        this.left = most < 0 ? most : Math.max(0, most - count.ticks());
        this.count = count;
    }

    private AlarmTrigger(String name, String text) {
        super(name);
        stored = text;
        ObjectNode json = JsonObject.parse(text).tree();
        kind = json.path("kind").asText();
        parameters = json.path("parameters").asText();
        second = json.path("second").asInt();
        since = json.path("since").asLong();
        toleranceMillis = json.path("tolerance").asLong();
        handled = json.path("handled").asLong();
        nominal = json.path("nominal").asLong();
        due = json.path("due").asLong();
        fired = json.path("fired").asLong();
        firedDue = json.path("firedDue").asLong();
        left = json.path("left").asInt();
        most = json.path("most").asInt(-1);
        endedUnfired = json.path("endedUnfired").asBoolean();
    }

    /** All that {@link #stored} needs. */
    String toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("kind", kind)
                .put("parameters", parameters)
                .put("second", second)
                .put("since", since)
                .put("tolerance", toleranceMillis)
                .put("handled", handled)
                .put("nominal", nominal)
                .put("due", due)
                .put("fired", fired)
                .put("firedDue", firedDue)
                .put("left", left)
                .put("most", most)
                .put("endedUnfired", endedUnfired)
                .toString();
    }

    /** A schedule as it was stored. */
    static AlarmTrigger read(String name, String json) {
        return new AlarmTrigger(name, json);
    }

    /** Makes a schedule again as it was stored. */
    static ScheduleBuilder<AlarmTrigger> stored(String name, String json) {
        return new ScheduleBuilder<>() {
            @Override
            protected MutableTrigger build() {
                return read(name, json);
            }
        };
    }

    /** What a shared schedule holds of it, as far as it knows; null before it is stored. */
    @Nullable
    String storedAs() {
        return stored;
    }

    /** A shared schedule holds this of it now. */
    void storedAs(String json) {
        stored = json;
    }

    /** The tick that is being fired. */
    Ticks.Tick firing() {
        return new Ticks.Tick(Instant.ofEpochMilli(fired), Instant.ofEpochMilli(firedDue));
    }

    /** Whether it ended because its last ticks were missed. */
    boolean endedUnfired() {
        return endedUnfired;
    }

    /** How many ticks there may be; -1 for any number. */
    int most() {
        return most;
    }

    /** How many of them there were. */
    int ticks() {
        return most - left;
    }

    /** What it was made with; null once it is stored. */
    AlarmPlan.@Nullable Count count() {
        return count;
    }

    /** It is being stored; so many ticks there were, where the number is limited. */
    void counted(int ticks) {
        left = most < 0 ? most : Math.max(0, most - ticks);
        count = null;
    }

    /** Whether the tick that is being fired is one too many, because others were fired while it was scheduled. */
    boolean exhausted() {
        return exhausted;
    }

    /** The last ticks that its making left out; none where it had all that there may be. */
    List<Instant> skippedBefore() {
        return left == 0 ? List.of() : skipped(handled, next());
    }

    /** The last ticks that firing the one of now left out. */
    List<Instant> skippedByFiring() {
        return left == 0 ? List.of() : skipped(fired, next());
    }

    /** The last ticks that are left out because the one that is due was missed; to be asked for before the update. */
    List<Instant> skippedByMisfire() {
        long before = nominal - 1;
        Instant from = Instant.ofEpochMilli(before);
        return skipped(before, schedule().resumed(from, now()).map(Ticks.Tick::nominal));
    }

    private List<Instant> skipped(long after, Optional<Instant> next) {
        return schedule().skipped(Instant.ofEpochMilli(after), next, now(), AlarmLog.KEPT);
    }

    private Optional<Instant> next() {
        return due == NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(nominal));
    }

    @Override
    public void triggered(@Nullable Calendar calendar) {
        exhausted = left == 0;
        fired = nominal;
        firedDue = due;
        handled = nominal;
        if (left > 0) {
            left--;
        }
        stand(left == 0 ? Optional.empty() : schedule().next(Instant.ofEpochMilli(nominal), now()));
    }

    @Override
    public @Nullable Date computeFirstFireTime(@Nullable Calendar calendar) {
        stand(left == 0 ? Optional.empty() : schedule().resumed(Instant.ofEpochMilli(handled), now()));
        return getNextFireTime();
    }

    @Override
    public void updateAfterMisfire(@Nullable Calendar calendar) {
        stand(schedule().resumed(Instant.ofEpochMilli(nominal).minusMillis(1), now()));
        endedUnfired = due == NEVER;
    }

    @Override
    public void updateWithNewCalendar(@Nullable Calendar calendar, long misfireThreshold) {}

    @Override
    public boolean mayFireAgain() {
        return due != NEVER;
    }

    @Override
    public @Nullable Date getFireTimeAfter(@Nullable Date time) {
        Instant from = time == null ? now() : time.toInstant();
        return schedule()
                .next(from, from)
                .map(tick -> Date.from(tick.nominal()))
                .orElse(null);
    }

    @Override
    public @Nullable Date getNextFireTime() {
        return date(due);
    }

    /** For stores that keep this time apart: the tick stays what it is. */
    @Override
    public void setNextFireTime(@Nullable Date time) {
        due = time == null ? NEVER : time.toInstant().toEpochMilli();
    }

    @Override
    public @Nullable Date getPreviousFireTime() {
        return date(firedDue);
    }

    @Override
    public void setPreviousFireTime(@Nullable Date time) {
        firedDue = time == null ? NEVER : time.toInstant().toEpochMilli();
    }

    @Override
    public Date getStartTime() {
        return Date.from(Instant.ofEpochMilli(since));
    }

    @Override
    public void setStartTime(Date time) {}

    @Override
    public @Nullable Date getEndTime() {
        return null;
    }

    @Override
    public void setEndTime(@Nullable Date time) {}

    @Override
    public @Nullable Date getFinalFireTime() {
        return null;
    }

    @Override
    protected boolean validateMisfireInstruction(int instruction) {
        return instruction == Trigger.MISFIRE_INSTRUCTION_SMART_POLICY;
    }

    @Override
    public TriggerBuilder<AlarmTrigger> getTriggerBuilder() {
        throw new UnsupportedOperationException("an alarm is scheduled anew, not rebuilt");
    }

    @Override
    public ScheduleBuilder<AlarmTrigger> getScheduleBuilder() {
        throw new UnsupportedOperationException("an alarm is scheduled anew, not rebuilt");
    }

    private void stand(Optional<Ticks.Tick> tick) {
        nominal = tick.map(next -> next.nominal().toEpochMilli()).orElse(NEVER);
        due = tick.map(next -> next.due().toEpochMilli()).orElse(NEVER);
    }

    private Ticks schedule() {
        Ticks known = ticks;
        if (known == null) {
            AlarmSpec spec = AlarmSpec.of(kind, JsonObject.parse(parameters).copy());
            OptionalInt late = second < 0 ? OptionalInt.empty() : OptionalInt.of(second);
            known = new Ticks(
                    FireTimes.of(spec, late, Instant.ofEpochMilli(since)),
                    spec.options().misfire(),
                    Duration.ofSeconds(spec.options().jitter()),
                    Duration.ofMillis(toleranceMillis),
                    bound -> ThreadLocalRandom.current().nextLong(bound));
            ticks = known;
        }
        return known;
    }

    /** Quartz goes by the system's clock, and makes its triggers anew without asking us for one. */
    private static Instant now() {
        return Instant.ofEpochMilli(System.currentTimeMillis());
    }

    private static @Nullable Date date(long millis) {
        return millis == NEVER ? null : Date.from(Instant.ofEpochMilli(millis));
    }
}
