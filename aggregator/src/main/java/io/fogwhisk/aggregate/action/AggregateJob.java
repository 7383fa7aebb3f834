package io.fogwhisk.aggregate.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.LineProtocol;
import io.fogwhisk.aggregate.influx.Question;
import io.fogwhisk.aggregate.influx.Question.Measurements;
import io.fogwhisk.aggregate.reading.Reading;
import io.fogwhisk.aggregate.window.Span;
import io.fogwhisk.aggregate.window.Statistic;
import io.fogwhisk.aggregate.window.Window;
import io.fogwhisk.aggregate.window.Windowing;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * What to aggregate, from the action's parameters; {@code docs/aggregates.md} has them all.
 *
 * @param name identifies the job's watermark: the same job of the same namespace in another run, and after a restart
 * @param formerName what identified it before names belonged to namespaces
 * @param local where the readings are
 * @param central where the aggregates go
 * @param question parameters {@code measurements}, {@code fields}, {@code functions} and {@code groupBy}
 * @param windowing parameters {@code window} (default {@code 1d}), {@code timezone} (default UTC) and {@code offset}
 * @param lateness parameter {@code lateness} (default one window): how long after a window's end readings may still
 *     arrive, so that it is computed again
 * @param layout parameter {@code layout}
 * @param prefix parameter {@code prefix}: what the measurements at the centre begin with
 * @param range parameters {@code from} and {@code to}: what to compute again, whatever was done before
 */
record AggregateJob(
        String name,
        String formerName,
        InfluxTarget local,
        InfluxTarget central,
        Question question,
        Windowing windowing,
        Duration lateness,
        AggregateLayout layout,
        String prefix,
        Optional<Window> range) {

    /** More would be computed again in every run. */
    private static final int MAX_LATE_WINDOWS = 500;

    AggregateJob {
        if (lateness.dividedBy(windowing.length()) > MAX_LATE_WINDOWS) {
            throw new AggregateException(
                    "lateness must be at most " + MAX_LATE_WINDOWS + " windows of " + windowing.size());
        }
    }

    static AggregateJob of(ObjectNode params, String namespace) {
        Span window = Span.parse("window", Params.text(params, "window").orElse("1d"));
        Duration lateness = Params.text(params, "lateness")
                .map(text -> Span.parse("lateness", text).length())
                .orElse(window.length());
        Duration offset = Params.text(params, "offset")
                .map(text -> Span.parse("offset", text).length())
                .orElse(Duration.ZERO);
        ZoneId zone = zone(Params.text(params, "timezone").orElse("UTC"));
        List<String> groupBy = groupBy(params);
        Question question = new Question(
                measurements(params),
                Params.texts(params, "fields").orElse(List.of(Reading.FIELD)),
                Params.texts(params, "functions")
                        .map(names -> names.stream().map(Statistic::parse).toList())
                        .orElseGet(Statistic::usual),
                groupBy);
        InfluxTarget local = Params.target(params, "local", namespace);
        InfluxTarget central = Params.target(params, "central", namespace);
        Windowing windowing = new Windowing(window, zone, offset);
        String job = Params.text(params, "job").orElseGet(() -> derived(params, local, central, windowing));
        return new AggregateJob(
                namespace + "/" + job,
                job,
                local,
                central,
                question,
                windowing,
                lateness,
                AggregateLayout.of(Params.text(params, "layout").orElse("low-cardinality"), groupBy),
                prefix(params),
                range(params, zone));
    }

    /** What ended at or before this moment need not be looked at any more. */
    Instant horizon(Instant now) {
        return now.minus(windowing.length()).minus(lateness);
    }

    /** The name of the field at the centre that holds a statistic of a field here. */
    static String field(String field, Statistic statistic) {
        return field.equals(Reading.FIELD) ? statistic.name() : field + "_" + statistic.name();
    }

    /** A job without a name of its own is known by what makes its points different from those of others. */
    private static String derived(ObjectNode params, InfluxTarget local, InfluxTarget central, Windowing windowing) {
        StringBuilder name = new StringBuilder(place(params, "local", local) + " -> "
                + place(params, "central", central) + " every " + windowing.size() + " " + windowing.zone());
        for (String key : List.of("offset", "measurements", "fields", "functions", "groupBy", "layout", "prefix")) {
            if (params.hasNonNull(key)) {
                name.append(' ').append(key).append('=').append(params.get(key));
            }
        }
        return name.toString();
    }

    /** The name as its namespace knows it, or the address. */
    private static String place(ObjectNode params, String prefix, InfluxTarget target) {
        return Params.text(params, prefix + "_name")
                .filter(name -> !name.isEmpty())
                .map(name -> "name " + name)
                .orElseGet(() -> target.bucket().toString());
    }

    private static Measurements measurements(ObjectNode params) {
        if (params.path("measurements").isTextual()) {
            String text = params.get("measurements").textValue();
            if (text.length() > 1 && text.startsWith("/") && text.endsWith("/")) {
                return new Measurements.Matching(text.substring(1, text.length() - 1));
            }
        }
        return Params.texts(params, "measurements")
                .<Measurements>map(Measurements.Named::new)
                .orElseGet(Measurements.All::new);
    }

    private static List<String> groupBy(ObjectNode params) {
        List<String> tags = Params.texts(params, "groupBy").orElse(List.of(Reading.DATACENTER_ID));
        for (String tag : tags) {
            if (tag.startsWith("_") || tag.equals("result") || tag.equals("table")) {
                throw new AggregateException("groupBy must hold names of tags, was \"" + tag + "\"");
            }
            LineProtocol.fault(tag).ifPresent(fault -> {
                throw new AggregateException("groupBy has a tag that " + fault + ": \"" + tag + "\"");
            });
        }
        return tags;
    }

    private static String prefix(ObjectNode params) {
        String prefix = Params.text(params, "prefix").orElse("");
        if (!prefix.isEmpty()) {
            LineProtocol.fault(prefix).ifPresent(fault -> {
                throw new AggregateException("prefix " + fault);
            });
        }
        return prefix;
    }

    private static Optional<Window> range(ObjectNode params, ZoneId zone) {
        Optional<Instant> from = Params.text(params, "from").map(text -> moment("from", text, zone));
        Optional<Instant> to = Params.text(params, "to").map(text -> moment("to", text, zone));
        if (from.isEmpty() && to.isEmpty()) {
            return Optional.empty();
        }
        if (from.isEmpty() || to.isEmpty() || !from.get().isBefore(to.get())) {
            throw new AggregateException("from and to belong together, from before to, were " + params.path("from")
                    + " and " + params.path("to"));
        }
        return Optional.of(new Window(from.get(), to.get()));
    }

    private static Instant moment(String what, String text, ZoneId zone) {
        try {
            return text.length() == "2026-03-01".length()
                    ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new AggregateException(
                    what + " must be a day such as 2026-03-01, or a moment such as 2026-03-01T00:00:00Z, was \"" + text
                            + "\"",
                    e);
        }
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new AggregateException("timezone must be a name such as Europe/Rome, was \"" + text + "\"", e);
        }
    }
}
