package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An alarm that fires again and again after the same time.
 *
 * @param minutes from one fire to the next, at least 1
 * @param options what alarms of every kind may say
 */
public record IntervalSpec(int minutes, AlarmOptions options) implements AlarmSpec {

    /** What {@link #kind} says. */
    public static final String KIND = "interval";

    private static final List<String> UPDATABLE = Stream.concat(
                    AlarmOptions.UPDATABLE.stream(), Stream.of("minutes", AlarmOptions.START, AlarmOptions.STOP))
            .toList();

    /** Checks the range. */
    public IntervalSpec {
        Objects.requireNonNull(options, "options is null");
        if (minutes < 1) {
            throw new FeedException("the minutes parameter must be an integer greater than zero");
        }
    }

    static IntervalSpec of(ObjectNode json) {
        Parameters parameters = new Parameters(json);
        if (!parameters.has("minutes")) {
            throw new FeedException("interval trigger feed is missing the minutes parameter");
        }
        int minutes = whole(json.path("minutes"));
        if (minutes < 1) {
            throw new FeedException("the minutes parameter must be an integer greater than zero");
        }
        if (parameters.number(AlarmOptions.MAX_TRIGGERS, AlarmOptions.UNLIMITED, Integer.MIN_VALUE, Integer.MAX_VALUE)
                != AlarmOptions.UNLIMITED) {
            throw new FeedException("maxTriggers is not supported for the interval trigger feed");
        }
        return new IntervalSpec(minutes, AlarmOptions.dated(json));
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<String> updatable() {
        return UPDATABLE;
    }

    @Override
    public void checkAhead(Instant now, Predicate<String> which) {
        checkDates(options, now, which);
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("minutes", minutes);
        options.addTo(json);
        return json;
    }

    static void checkDates(AlarmOptions options, Instant now, Predicate<String> which) {
        if (which.test(AlarmOptions.START)) {
            options.startDate().ifPresent(date -> date.checkAhead(AlarmOptions.START, now));
        }
        if (which.test(AlarmOptions.STOP)) {
            options.stopDate().ifPresent(date -> date.checkAhead(AlarmOptions.STOP, now));
        }
    }

    private static int whole(JsonNode value) {
        try {
            if (value.isNumber() && value.canConvertToExactIntegral() && value.canConvertToInt()) {
                return value.intValue();
            }
            if (value.isTextual()) {
                return Integer.parseInt(value.asText().strip());
            }
        } catch (NumberFormatException e) {
            throw new FeedException("the minutes parameter must be an integer", e);
        }
        throw new FeedException("the minutes parameter must be an integer");
    }
}
