package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;

/**
 * A feed of the ticks of a clock. The parameters and the words of the faults are those of the OpenWhisk alarms package,
 * so that what users wrote for it goes on working.
 *
 * @param cron when
 * @param timezone whose clock; UTC unless given
 * @param payload what the trigger gets
 * @param startDate no fire before
 * @param stopDate no fire after; later than {@code startDate}
 */
public record AlarmSpec(
        Cron cron, ZoneId timezone, JsonObject payload, Optional<Instant> startDate, Optional<Instant> stopDate)
        implements FeedSpec {

    /** What {@link #kind} says. */
    public static final String KIND = "alarm";

    /** Checks the order of the dates. */
    public AlarmSpec {
        Objects.requireNonNull(cron, "cron is null");
        Objects.requireNonNull(timezone, "timezone is null");
        Objects.requireNonNull(payload, "payload is null");
        Objects.requireNonNull(startDate, "startDate is null");
        Objects.requireNonNull(stopDate, "stopDate is null");
        if (startDate.isPresent() && stopDate.isPresent() && !stopDate.get().isAfter(startDate.get())) {
            throw new FeedException("stopDate parameter '" + stopDate.get()
                    + "' must be greater than the startDate parameter '" + startDate.get() + "'");
        }
    }

    /**
     * Reads {@code {cron[, timezone, trigger_payload, startDate, stopDate]}}. Dates are not compared with the clock
     * here, because a stored feed is read again when they have passed: see {@link #checkAhead}.
     *
     * @throws FeedException if a parameter is missing or wrong
     */
    public static AlarmSpec of(ObjectNode json) {
        JsonNode cron = json.path("cron");
        if (!cron.isTextual()) {
            throw new FeedException("alarms trigger feed is missing the cron parameter");
        }
        JsonNode limit = json.path("maxTriggers");
        if (!limit.isMissingNode() && !limit.isNull() && limit.asInt() != -1) {
            throw new FeedException("maxTriggers is not supported: give a stopDate");
        }
        return new AlarmSpec(
                Cron.parse(cron.asText()),
                timezone(json.path("timezone")),
                payload(json.path("trigger_payload")),
                date(json, "startDate"),
                date(json, "stopDate"));
    }

    /**
     * Checks that the dates lie ahead.
     *
     * @throws FeedException if one has passed
     */
    public void checkAhead(Instant now) {
        checkAhead("startDate", startDate, now);
        checkAhead("stopDate", stopDate, now);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("cron", cron.text()).put("timezone", timezone.getId()).set("trigger_payload", payload.tree());
        startDate.ifPresent(date -> json.put("startDate", date.toString()));
        stopDate.ifPresent(date -> json.put("stopDate", date.toString()));
        return json;
    }

    @Override
    public ObjectNode shown() {
        ObjectNode json = toJson();
        json.set("payload", json.remove("trigger_payload"));
        return json;
    }

    private static ZoneId timezone(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return ZoneOffset.UTC;
        }
        try {
            return ZoneId.of(value.asText());
        } catch (DateTimeException e) {
            throw new FeedException("Invalid timezone.", e);
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

    private static Optional<Instant> date(ObjectNode json, String key) {
        JsonNode value = json.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (value.isIntegralNumber()) {
            return Optional.of(Instant.ofEpochMilli(value.asLong()));
        }
        return Optional.of(isoDate(key, value.asText()));
    }

    private static Instant isoDate(String key, String text) {
        try {
            if (text.indexOf('T') < 0) {
                return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
            }
            if (text.endsWith("Z") || text.lastIndexOf('+') > 0 || text.lastIndexOf('-') > text.indexOf('T')) {
                return OffsetDateTime.parse(text).toInstant();
            }
            return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new FeedException(key + " parameter '" + text + "' is not a valid Date", e);
        }
    }

    private static void checkAhead(String key, Optional<Instant> date, Instant now) {
        if (date.isPresent() && !date.get().isAfter(now)) {
            throw new FeedException(key + " parameter '" + date.get() + "' must be in the future");
        }
    }
}
