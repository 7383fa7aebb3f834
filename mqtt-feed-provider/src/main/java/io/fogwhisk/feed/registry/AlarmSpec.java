package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * A feed of the ticks of a clock. The parameters and the words of the faults are those of the OpenWhisk alarms package,
 * so that what users wrote for it goes on working.
 */
public sealed interface AlarmSpec extends FeedSpec permits CronSpec, IntervalSpec, OnceSpec {

    /** The kind of alarms that follow a cron pattern. */
    String KIND = "alarm";

    /** The kinds of alarms. */
    List<String> KINDS = List.of(KIND, IntervalSpec.KIND, OnceSpec.KIND);

    /** What alarms of every kind may say. */
    AlarmOptions options();

    /** The names of the parameters that an update may change. */
    List<String> updatable();

    /**
     * Checks that dates lie ahead.
     *
     * @param which of the dates, by the name of the parameter
     * @throws FeedException if one of them has passed
     */
    void checkAhead(Instant now, Predicate<String> which);

    /** What the trigger gets. */
    default JsonObject payload() {
        return options().payload();
    }

    @Override
    default ObjectNode shown() {
        ObjectNode json = toJson();
        JsonNode payload = json.remove("trigger_payload");
        json.set("payload", payload == null ? JsonNodeFactory.instance.objectNode() : payload);
        return json;
    }

    /**
     * Reads the parameters of an alarm. Dates are not compared with the clock here, because a stored feed is read again
     * when they have passed: see {@link #checkAhead}.
     *
     * @param kind one of {@link #KINDS}
     * @throws FeedException if a parameter is missing or wrong
     */
    static AlarmSpec of(String kind, ObjectNode json) {
        return switch (kind) {
            case KIND -> CronSpec.of(json);
            case IntervalSpec.KIND -> IntervalSpec.of(json);
            case OnceSpec.KIND -> OnceSpec.of(json);
            default -> throw new FeedException("feed kind '" + kind + "' is unknown");
        };
    }

    /**
     * The alarm with some of its parameters replaced; one that is given as null is taken away.
     *
     * @param given what an update may change, of this kind of alarm; not empty
     * @throws FeedException if a parameter is wrong, or nothing that may be changed is given
     */
    default AlarmSpec with(ObjectNode given) {
        ObjectNode merged = toJson();
        for (String name : updatable()) {
            if (given.has(name)) {
                merged.set(name, given.get(name));
            }
        }
        if (updatable().stream().noneMatch(given::has)) {
            throw new FeedException("no updatable parameters were specified");
        }
        if (given.has(AlarmOptions.START) && !given.has(AlarmOptions.STOP)) {
            AlarmDate.of(merged, AlarmOptions.START)
                    .ifPresent(start -> options().stopDate().ifPresent(stop -> {
                        if (!start.at().isBefore(stop.at())) {
                            throw new FeedException("startDate parameter '" + start.text()
                                    + "' must be less than the stopDate parameter '" + stop.text() + "'");
                        }
                    }));
        }
        return of(kind(), merged);
    }
}
