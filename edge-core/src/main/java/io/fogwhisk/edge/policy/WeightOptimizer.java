package io.fogwhisk.edge.policy;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.KeyValueText;
import java.time.Duration;

/**
 * Says how weights follow from answers. What an optimizer remembers it keeps in the destinations, so one serves any
 * number of tables. Threads: called under the lock of the row that owns the destination; must not block.
 */
public interface WeightOptimizer {

    /**
     * A call ended well.
     *
     * @param seconds how long it took, more than 0
     */
    void answered(Destination destination, double seconds, long now);

    /** How often {@link #periodEnded} wants to be called for each destination; zero for never. */
    default Duration period() {
        return Duration.ZERO;
    }

    /** A period has ended. */
    default void periodEnded(Destination destination) {}

    /** Whether weights change at all. */
    default boolean learns() {
        return true;
    }

    /** Leaves every weight as it was configured. */
    static WeightOptimizer none() {
        return new NoOptimizer();
    }

    /**
     * The optimizer of an option such as {@code type=trivial,period=10,stat=mean} (the default): {@code none},
     * {@code trivial}, {@code async} or {@code asyncPF}.
     *
     * @param option its name, for messages
     * @throws ConfigException if the text has a fault
     */
    static WeightOptimizer parse(String option, String text) {
        KeyValueText values = KeyValueText.parse(option, text);
        String type = values.text("type", "trivial");
        WeightOptimizer optimizer = switch (type) {
            case "none" -> none();
            case "trivial" -> PeriodOptimizer.read(values);
            case "async" -> AverageOptimizer.read(values);
            case "asyncPF" -> (destination, seconds, now) -> destination.weigh(seconds);
            default -> {
                values.fault("type", "must be none, trivial, async or asyncPF, was '" + type + "'");
                yield none();
            }
        };
        values.check();
        return optimizer;
    }
}
