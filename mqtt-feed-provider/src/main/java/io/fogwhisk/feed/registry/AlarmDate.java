package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A date that a user gave.
 *
 * @param at which instant it is
 * @param text as the user wrote it: milliseconds since 1970, or ISO 8601 (UTC unless it says otherwise)
 */
public record AlarmDate(Instant at, String text) {

    private static final Pattern MILLIS = Pattern.compile("-?\\d{5,15}");
    /** What a date of JavaScript can hold, and arithmetic with instants can stand. */
    private static final Duration FARTHEST = Duration.ofDays(100_000_000);

    /** Checks for null. */
    public AlarmDate {
        Objects.requireNonNull(at, "at is null");
        Objects.requireNonNull(text, "text is null");
    }

    /**
     * Reads a parameter.
     *
     * @return empty if it is absent or null
     * @throws FeedException if it is not a date
     */
    static Optional<AlarmDate> of(ObjectNode json, String key) {
        JsonNode value = json.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        String text = value.asText(value.toString()).strip();
        try {
            Instant at = instant(text);
            if (Duration.between(Instant.EPOCH, at).abs().compareTo(FARTHEST) > 0) {
                throw new DateTimeException("too far away");
            }
            return Optional.of(new AlarmDate(at, text));
        } catch (DateTimeException e) {
            throw new FeedException(key + " parameter '" + text + "' is not a valid Date", e);
        }
    }

    /** As {@link #of} reads it. */
    JsonNode toJson() {
        return MILLIS.matcher(text).matches()
                ? JsonNodeFactory.instance.numberNode(Long.parseLong(text))
                : JsonNodeFactory.instance.textNode(text);
    }

    /**
     * Checks that it lies ahead.
     *
     * @throws FeedException if it has passed
     */
    void checkAhead(String key, Instant now) {
        if (!at.isAfter(now)) {
            throw new FeedException(key + " parameter '" + text + "' must be in the future");
        }
    }

    private static Instant instant(String text) {
        if (MILLIS.matcher(text).matches()) {
            return Instant.ofEpochMilli(Long.parseLong(text));
        }
        int time = text.indexOf('T');
        if (time < 0) {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        if (text.endsWith("Z") || text.lastIndexOf('+') > time || text.lastIndexOf('-') > time) {
            return OffsetDateTime.parse(text).toInstant();
        }
        return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }
}
