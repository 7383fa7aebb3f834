package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What alarms of every kind may say.
 *
 * @param payload what the trigger gets
 * @param timezone whose clock and days count; UTC unless given
 * @param startDate no fire before
 * @param stopDate no fire after; later than {@code startDate}
 * @param maxTriggers after how many fires the alarm ends; -1 for never
 * @param misfire what becomes of ticks that nobody was there to fire
 * @param jitter by how many seconds at most a fire is delayed at random, 0 to {@value #MAX_JITTER}
 * @param exclude days without a fire
 * @param time whether the payload also gets the milliseconds since 1970 of the tick, as {@code scheduled}
 */
public record AlarmOptions(
        JsonObject payload,
        ZoneId timezone,
        Optional<AlarmDate> startDate,
        Optional<AlarmDate> stopDate,
        int maxTriggers,
        Misfire misfire,
        int jitter,
        ExcludedDays exclude,
        boolean time) {

    /** The longest jitter in seconds: an hour. */
    public static final int MAX_JITTER = 3_600;

    /** Without end. */
    static final int UNLIMITED = -1;

    static final String START = "startDate";
    static final String STOP = "stopDate";
    static final String MAX_TRIGGERS = "maxTriggers";

    /** The names that an update of an alarm of any kind may change. */
    static final List<String> UPDATABLE =
            List.of("trigger_payload", "timezone", "misfire", "jitter", "exclude", "time");

    private static final ZoneId UTC = ZoneId.of("UTC");

    /** Checks the ranges, the order of the dates, and that at most one of them limits the number of fires. */
    public AlarmOptions {
        Objects.requireNonNull(payload, "payload is null");
        Objects.requireNonNull(timezone, "timezone is null");
        Objects.requireNonNull(misfire, "misfire is null");
        Objects.requireNonNull(exclude, "exclude is null");
        if (startDate.isPresent()
                && stopDate.isPresent()
                && !stopDate.get().at().isAfter(startDate.get().at())) {
            throw new FeedException("stopDate parameter '" + stopDate.get().text()
                    + "' must be greater than the startDate parameter '"
                    + startDate.get().text() + "'");
        }
        if (maxTriggers != UNLIMITED && stopDate.isPresent()) {
            throw new FeedException("maxTriggers is not allowed when the stopDate parameter is specified");
        }
        if (maxTriggers != UNLIMITED && maxTriggers < 1) {
            throw new FeedException("maxTriggers must be -1 (no limit) or at least 1, was " + maxTriggers);
        }
        if (jitter < 0 || jitter > MAX_JITTER) {
            throw new FeedException("jitter must be 0 to " + MAX_JITTER + ", was " + jitter);
        }
    }

    /** Reads all of them but {@code maxTriggers}, {@code startDate} and {@code stopDate}. */
    static AlarmOptions undated(ObjectNode json) {
        Parameters parameters = new Parameters(json);
        return new AlarmOptions(
                payload(json.path("trigger_payload")),
                timezone(json.path("timezone")),
                Optional.empty(),
                Optional.empty(),
                UNLIMITED,
                Misfire.parse(parameters.text("misfire", Misfire.SKIP.text())),
                (int) parameters.number("jitter", 0, 0, MAX_JITTER),
                ExcludedDays.parse(parameters.texts("exclude")),
                parameters.flag("time"));
    }

    /** Reads all of them but {@code maxTriggers}. */
    static AlarmOptions dated(ObjectNode json) {
        AlarmOptions rest = undated(json);
        return rest.with(AlarmDate.of(json, START), AlarmDate.of(json, STOP), UNLIMITED);
    }

    /** Reads all of them. */
    static AlarmOptions counted(ObjectNode json) {
        AlarmOptions rest = dated(json);
        int most = (int) new Parameters(json).number(MAX_TRIGGERS, UNLIMITED, Integer.MIN_VALUE, Integer.MAX_VALUE);
        return rest.with(rest.startDate, rest.stopDate, most);
    }

    private AlarmOptions with(Optional<AlarmDate> start, Optional<AlarmDate> stop, int most) {
        return new AlarmOptions(payload, timezone, start, stop, most, misfire, jitter, exclude, time);
    }

    /** Adds them as they are read; what has its default is left out. */
    void addTo(ObjectNode json) {
        json.put("timezone", timezone.getId()).set("trigger_payload", payload.tree());
        startDate.ifPresent(date -> json.set(START, date.toJson()));
        stopDate.ifPresent(date -> json.set(STOP, date.toJson()));
        if (maxTriggers != UNLIMITED) {
            json.put(MAX_TRIGGERS, maxTriggers);
        }
        if (misfire != Misfire.SKIP) {
            json.put("misfire", misfire.text());
        }
        if (jitter > 0) {
            json.put("jitter", jitter);
        }
        if (!exclude.texts().isEmpty()) {
            ArrayNode days = json.putArray("exclude");
            exclude.texts().forEach(days::add);
        }
        if (time) {
            json.put("time", true);
        }
    }

    private static ZoneId timezone(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return UTC;
        }
        String name = value.asText();
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            // The list that the alarms package looks zones up in ignores case, and holds these three besides.
            String known = switch (name.toUpperCase(Locale.ROOT)) {
                case "EST" -> "-05:00";
                case "MST" -> "-07:00";
                case "HST" -> "-10:00";
                default ->
                    ZoneId.getAvailableZoneIds().stream()
                            .filter(name::equalsIgnoreCase)
                            .findFirst()
                            .orElseThrow(() -> new FeedException("Invalid timezone.", e));
            };
            return ZoneId.of(known);
        }
    }

    private static JsonObject payload(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return JsonObject.empty();
        }
        if (value instanceof ObjectNode object) {
            return JsonObject.of(object);
        }
        ObjectNode wrapped = JsonNodeFactory.instance.objectNode();
        wrapped.set("payload", value);
        return JsonObject.adopt(wrapped);
    }
}
