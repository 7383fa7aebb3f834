package io.fogwhisk.edge.policy;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.KeyValueText;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Picks a destination for one call. Whatever the rule, a destination that nothing is known about gets its share: the
 * weight that it was configured with says nothing about it, so it is taken to be as good as the best one.
 *
 * <p>What a policy remembers it keeps in the destinations, so one policy serves any number of tables. Threads: called
 * under the lock of the row that owns the destinations; must not block.
 */
@FunctionalInterface
public interface DestinationPolicy {

    /**
     * Picks. The choice may be thrown away, because the destination turns out to be set aside or full; it must not count
     * before {@link #taken}.
     *
     * @param candidates at least one
     * @param now of {@link System#nanoTime} or of a virtual clock
     */
    Destination choose(Candidates candidates, long now);

    /** The call goes to what was chosen last from these candidates. */
    default void taken(Destination chosen, long now) {}

    /**
     * The policy of an option such as {@code type=proportional-fairness,alpha=1,beta=1}: {@code power-of-two} (the
     * default), {@code random}, {@code least-impedance}, {@code round-robin} or {@code proportional-fairness}.
     *
     * @param option its name, for messages
     * @param random where the policy draws; called for each draw
     * @throws ConfigException if the text has a fault
     */
    static DestinationPolicy parse(String option, String text, Supplier<RandomGenerator> random) {
        KeyValueText values = KeyValueText.parse(option, text);
        String type = values.text("type", "power-of-two");
        DestinationPolicy policy = switch (type) {
            case "power-of-two" -> new PowerOfTwoPolicy(random);
            case "random" -> new RandomPolicy(random);
            case "least-impedance" -> new LeastImpedancePolicy();
            case "round-robin" -> new RoundRobinPolicy();
            case "proportional-fairness" ->
                new ProportionalFairnessPolicy(mandatory(values, "alpha"), mandatory(values, "beta"));
            default -> {
                values.fault(
                        "type",
                        "must be power-of-two, random, least-impedance, round-robin or"
                                + " proportional-fairness, was '" + type + "'");
                yield new LeastImpedancePolicy();
            }
        };
        values.check();
        return policy;
    }

    private static double mandatory(KeyValueText values, String key) {
        if (values.text(key).isEmpty()) {
            values.fault(key, "is missing, proportional-fairness needs a number, at least 0");
        }
        return values.number(key, 0, 0);
    }

    /** The lowest measured weight, or the lowest configured one if nothing was measured. */
    static double best(Candidates candidates) {
        double measured = Double.MAX_VALUE;
        double configured = Double.MAX_VALUE;
        for (int i = 0; i < candidates.size(); i++) {
            Destination each = candidates.get(i);
            if (each.weighed()) {
                measured = Math.min(measured, each.weight());
            } else {
                configured = Math.min(configured, each.weight());
            }
        }
        return measured == Double.MAX_VALUE ? configured : measured;
    }

    /** The weight to compare by: measured, or else no worse than the best. */
    static double effective(Destination each, double best) {
        return each.weighed() ? each.weight() : Math.min(each.weight(), best);
    }

    /** One whose weight a call would tell anew, if this call is to find out. */
    static @Nullable Destination awaited(Candidates candidates, long now) {
        Destination awaited = candidates.awaited(now);
        return awaited != null && awaited.weightAwaited(now) ? awaited : null;
    }
}
