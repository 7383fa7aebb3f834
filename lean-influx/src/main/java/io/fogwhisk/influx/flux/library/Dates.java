package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.expr.BasicType;
import io.fogwhisk.influx.flux.expr.FunctionValue;
import io.fogwhisk.influx.flux.expr.Lifted;
import io.fogwhisk.influx.flux.expr.Scalar;
import io.fogwhisk.influx.flux.expr.Value;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;
import io.fogwhisk.influx.flux.time.Windows;
import io.fogwhisk.influx.flux.time.Zone;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalField;
import java.util.Map;

/** The packages {@code date} and {@code timezone}. */
final class Dates {

    private static final String PATH = "date";
    private static final long DAY = 86_400_000_000_000L;
    private static final int DAYS_PER_WEEK = 7;
    private static final long MICRO = 1_000L;
    private static final long MILLI = 1_000_000L;

    private Dates() {}

    static void register(Registry registry, Environment environment) {
        field(registry, environment, "second", ChronoField.SECOND_OF_MINUTE, 1);
        field(registry, environment, "minute", ChronoField.MINUTE_OF_HOUR, 1);
        field(registry, environment, "hour", ChronoField.HOUR_OF_DAY, 1);
        field(registry, environment, "monthDay", ChronoField.DAY_OF_MONTH, 1);
        field(registry, environment, "yearDay", ChronoField.DAY_OF_YEAR, 1);
        field(registry, environment, "month", ChronoField.MONTH_OF_YEAR, 1);
        field(registry, environment, "year", ChronoField.YEAR, 1);
        field(registry, environment, "week", IsoFields.WEEK_OF_WEEK_BASED_YEAR, 1);
        field(registry, environment, "quarter", IsoFields.QUARTER_OF_YEAR, 1);
        field(registry, environment, "nanosecond", ChronoField.NANO_OF_SECOND, 1);
        field(registry, environment, "microsecond", ChronoField.NANO_OF_SECOND, MICRO);
        field(registry, environment, "millisecond", ChronoField.NANO_OF_SECOND, MILLI);
        registry.function(
                PATH,
                "weekDay",
                arguments -> lifted(arguments, environment, BasicType.INT, "t", of -> {
                    Zone zone = environment.location(arguments);
                    return (long) (local((Long) of[0], zone).getDayOfWeek().getValue() % DAYS_PER_WEEK);
                }));
        registry.function(PATH, "time", arguments -> lifted(arguments, environment, BasicType.TIME, "t", of -> of[0]));
        registry.function(PATH, "truncate", arguments -> {
            FluxDuration unit = arguments.duration("unit");
            Zone zone = environment.location(arguments);
            Windows windows = truncating(unit, zone, arguments.at("unit"));
            return lifted(arguments, environment, BasicType.TIME, "t", of -> windows.start((Long) of[0]));
        });
        moving(registry, environment, PATH, "add", "to", false);
        moving(registry, environment, PATH, "sub", "from", true);
        moving(registry, environment, "experimental", "addDuration", "to", false);
        moving(registry, environment, "experimental", "subDuration", "from", true);
        registry.function(
                PATH,
                "scale",
                arguments -> Lifted.scalar(
                        BasicType.DURATION,
                        arguments.at(),
                        of -> ((FluxDuration) of[0]).times((Long) of[1]),
                        arguments.required("d"),
                        arguments.required("n")));
        zones(registry);
    }

    private static void zones(Registry registry) {
        registry.value("timezone", "utc", zone("UTC", FluxDuration.ZERO));
        registry.function("timezone", "location", arguments -> {
            String name = arguments.text("name");
            Environment.id(name, arguments.at("name"));
            return zone(name, FluxDuration.ZERO);
        });
        registry.function("timezone", "fixed", arguments -> zone("UTC", arguments.duration("offset")));
    }

    private static Value zone(String name, FluxDuration offset) {
        return new Value.Struct(Map.of("zone", Scalar.text(name), "offset", Scalar.of(BasicType.DURATION, offset)));
    }

    /** The beginning of the day that is now. */
    static long day(Environment environment) {
        return truncating(new FluxDuration(0, DAY), Zone.UTC, new Position(1, 1))
                .start(environment.now());
    }

    private static Windows truncating(FluxDuration unit, Zone zone, Position at) {
        boolean months = unit.months() > 0 && unit.nanos() == 0;
        boolean nanos = unit.months() == 0 && unit.nanos() > 0;
        if (!months && !nanos) {
            throw at.error("a unit must be a positive number of months, or of shorter units");
        }
        return new Windows(unit, unit, FluxDuration.ZERO, zone);
    }

    private static LocalDateTime local(long time, Zone zone) {
        return LocalDateTime.ofInstant(FluxDuration.instant(zone.clock(time)), ZoneOffset.UTC);
    }

    private static void field(
            Registry registry, Environment environment, String name, TemporalField field, long divisor) {
        registry.function(PATH, name, (FunctionValue) arguments -> {
            Zone zone = environment.location(arguments);
            return lifted(
                    arguments,
                    environment,
                    BasicType.INT,
                    "t",
                    of -> local((Long) of[0], zone).getLong(field) / divisor);
        });
    }

    /** Adds a duration, calendar months by the local clock. */
    private static void moving(
            Registry registry, Environment environment, String path, String name, String time, boolean back) {
        registry.function(path, name, (FunctionValue) arguments -> {
            Zone zone = environment.location(arguments);
            return lifted(
                    arguments,
                    environment,
                    BasicType.TIME,
                    time,
                    of -> {
                        FluxDuration duration = (FluxDuration) of[1];
                        FluxDuration by = back ? duration.negated() : duration;
                        long from = (Long) of[0];
                        return by.months() == 0
                                ? by.after(from)
                                : new FluxDuration(0, by.nanos())
                                        .after(zone.time(new FluxDuration(by.months(), 0).after(zone.clock(from))));
                    },
                    arguments.required("d"));
        });
    }

    /** A function of a time, which may also be a duration from now. */
    private static Scalar lifted(
            Arguments arguments,
            Environment environment,
            BasicType type,
            String name,
            Lifted.Body body,
            Value... others) {
        Scalar time = arguments.scalar(name);
        if (time.type() == BasicType.DURATION) {
            time = Scalar.of(BasicType.TIME, environment.time(time, arguments.at(name)));
        }
        if (time.type() != BasicType.TIME && time.type() != null) {
            throw arguments.wrong(name, "a time or a duration", time);
        }
        Value[] all = new Value[others.length + 1];
        all[0] = time;
        System.arraycopy(others, 0, all, 1, others.length);
        return Lifted.scalar(type, arguments.at(), body, all);
    }
}
