package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.expr.BasicType;
import io.fogwhisk.influx.flux.expr.FunctionValue;
import io.fogwhisk.influx.flux.expr.Scalar;
import io.fogwhisk.influx.flux.expr.Value;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.Plan;
import io.fogwhisk.influx.flux.time.FluxDuration;
import io.fogwhisk.influx.flux.time.Zone;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the functions of one script share: its options, the buckets it may read, and its results. Not thread-safe. */
public final class Environment {

    private final Map<String, String> buckets;
    private final Map<String, Plan> results = new LinkedHashMap<>();
    private long now;
    private Zone location = Zone.UTC;

    /**
     * An environment.
     *
     * @param buckets what the store knows each bucket by that may be read, by the bucket's name
     * @param now what {@code now()} is, nanoseconds since 1970
     */
    public Environment(Map<String, String> buckets, long now) {
        this.buckets = Map.copyOf(buckets);
        this.now = now;
    }

    /** What {@code now()} is, nanoseconds since 1970. */
    public long now() {
        return now;
    }

    /** The time zone of functions that are given none. */
    public Zone location() {
        return location;
    }

    /** The results so far, by their names in the order of the script. */
    public Map<String, Plan> results() {
        return results;
    }

    /** Adds a result. */
    public void result(String name, Plan plan, Position at) {
        if (results.putIfAbsent(name, plan) != null) {
            throw at.error("two results have the name \"" + name + "\": give each its own with yield(name: ...)");
        }
    }

    /** Sets an option that has a meaning here; the others are for those who run tasks. */
    public void option(String name, Value value, Position at) {
        if (name.equals("now")) {
            if (value instanceof FunctionValue function
                    && function.call(Arguments.of("now", Map.of(), null, at)) instanceof Scalar scalar
                    && scalar.type() == BasicType.TIME
                    && scalar.constant()
                    && scalar.value() instanceof Long time) {
                now = time;
            } else {
                throw at.error("option now must be a function that returns a time, as () => 2026-01-31T12:00:00Z");
            }
        } else if (name.equals("location")) {
            location = zone(value, at);
        }
    }

    /** What the store knows a bucket by. */
    String bucket(String name, Position at) {
        String key = buckets.get(name);
        if (key == null) {
            throw at.error(
                    ErrorCode.NOT_FOUND, "failed to initialize execute state: could not find bucket \"" + name + "\"");
        }
        return key;
    }

    /** The time zone of an argument {@code location}, or else that of the script. */
    Zone location(Arguments arguments) {
        return arguments.has("location") ? zone(arguments.required("location"), arguments.at("location")) : location;
    }

    /** A record {@code {zone: "Europe/Rome", offset: 0h}} as a time zone. */
    static Zone zone(Value value, Position at) {
        if (value instanceof Value.Struct record
                && record.fields().get("zone") instanceof Scalar zone
                && zone.constant()
                && zone.value() instanceof String name
                && record.fields().get("offset") instanceof Scalar offset
                && offset.constant()
                && offset.value() instanceof FluxDuration duration) {
            return new Zone(id(name, at), duration);
        }
        throw at.error("a location must be one that timezone.location() or timezone.fixed() returns");
    }

    static ZoneId id(String name, Position at) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw at.error("unknown time zone \"" + name + "\", write it as \"Europe/Rome\"");
        }
    }

    /** A time, or a duration from now, in nanoseconds since 1970. */
    long time(Scalar scalar, Position at) {
        if (scalar.type() == BasicType.TIME && scalar.constant() && scalar.value() instanceof Long time) {
            return time;
        }
        if (scalar.type() == BasicType.DURATION
                && scalar.constant()
                && scalar.value() instanceof FluxDuration duration) {
            return duration.after(now);
        }
        if (scalar.type() == BasicType.INT && scalar.constant() && scalar.value() instanceof Long seconds) {
            try {
                return Math.multiplyExact(seconds, 1_000_000_000L);
            } catch (ArithmeticException e) {
                throw at.error(seconds + " seconds since 1970 is outside of the years 1677 to 2262");
            }
        }
        throw at.error(
                "a time must be a duration as -30m, a time as 2026-01-31T12:00:00Z, now(), or seconds since" + " 1970");
    }
}
