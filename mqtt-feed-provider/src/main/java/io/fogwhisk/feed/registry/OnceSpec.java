package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An alarm that fires once.
 *
 * @param date when
 * @param afterFire what then becomes of the trigger
 * @param options what alarms of every kind may say; without dates
 */
public record OnceSpec(AlarmDate date, AfterFire afterFire, AlarmOptions options) implements AlarmSpec {

    /** What {@link #kind} says. */
    public static final String KIND = "once";

    private static final String DATE = "date";
    private static final String AFTER = "deleteAfterFire";
    private static final List<String> UPDATABLE = Stream.concat(AlarmOptions.UPDATABLE.stream(), Stream.of(DATE, AFTER))
            .toList();

    /** What becomes of a trigger that was fired once. */
    public enum AfterFire {
        /** It stays, and its feed is disabled. */
        KEEP("false"),
        /** It is deleted. */
        DELETE("true"),
        /** It is deleted with its rules. */
        DELETE_WITH_RULES("rules");

        private final String text;

        AfterFire(String text) {
            this.text = text;
        }
    }

    /** Checks for null. */
    public OnceSpec {
        Objects.requireNonNull(date, "date is null");
        Objects.requireNonNull(afterFire, "afterFire is null");
        Objects.requireNonNull(options, "options is null");
    }

    static OnceSpec of(ObjectNode json) {
        AlarmDate date = AlarmDate.of(json, DATE)
                .orElseThrow(() -> new FeedException("alarms once trigger feed is missing the date parameter"));
        Parameters parameters = new Parameters(json);
        String after = parameters.has(AFTER) ? parameters.get(AFTER).asText() : AfterFire.KEEP.text;
        AfterFire afterFire = Stream.of(AfterFire.values())
                .filter(each -> each.text.equals(after))
                .findFirst()
                .orElseThrow(() -> new FeedException("deleteAfterFire parameter must be one of [false, true, rules]."));
        return new OnceSpec(date, afterFire, AlarmOptions.undated(json));
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
        if (which.test(DATE)) {
            date.checkAhead(DATE, now);
        }
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set(DATE, date.toJson());
        json.put(AFTER, afterFire.text);
        options.addTo(json);
        return json;
    }
}
