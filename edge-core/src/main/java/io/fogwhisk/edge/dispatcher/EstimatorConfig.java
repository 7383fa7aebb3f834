package io.fogwhisk.edge.dispatcher;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.KeyValueText;
import java.time.Duration;

/** How a dispatcher estimates. */
public sealed interface EstimatorConfig {

    /** The file that gets a line per call, or empty for none. */
    String output();

    /**
     * The way there and back, by size.
     *
     * @param window how many samples count
     * @param stale for how long they count
     */
    record Rtt(int window, Duration stale) implements EstimatorConfig {
        @Override
        public String output() {
            return "";
        }
    }

    /**
     * The way there and back, by size, and the processing time, by load.
     *
     * @param window how many samples of the way count
     * @param stale for how long they count
     * @param loadTimeout for how long a load counts; then the destination is taken to be idle
     * @param loadWindow how many samples of the processing time count for each size
     */
    record Utilization(int window, Duration stale, Duration loadTimeout, int loadWindow, String output)
            implements EstimatorConfig {}

    /**
     * The whole time, by load.
     *
     * @param loadTimeout for how long a load counts; then the destination is taken to be idle
     * @param loadWindow how many samples count for each size
     */
    record Delay(Duration loadTimeout, int loadWindow, String output) implements EstimatorConfig {}

    /**
     * What each destination says when asked.
     *
     * @param maxClients how many are asked at a time for one call
     */
    record Probe(int maxClients, String output) implements EstimatorConfig {}

    /** How old a load may be; zero if loads do not count. */
    default Duration loadAge() {
        if (this instanceof Utilization util) {
            return util.loadTimeout();
        }
        return this instanceof Delay delay ? delay.loadTimeout() : Duration.ZERO;
    }

    /**
     * The estimates of an option such as {@code type=rtt,window-size=50,stale-period=10} (the default): {@code rtt},
     * {@code util}, {@code delay} or {@code probe}.
     *
     * @param option its name, for messages
     * @throws ConfigException if the text has a fault
     */
    static EstimatorConfig parse(String option, String text) {
        KeyValueText values = KeyValueText.parse(option, text);
        String type = values.text("type", "rtt");
        EstimatorConfig config = switch (type) {
            case "rtt" -> new Rtt(window(values, "window-size"), seconds(values, "stale-period"));
            case "util" ->
                new Utilization(
                        window(values, "rtt-window-size"),
                        seconds(values, "rtt-stale-period"),
                        seconds(values, "util-load-timeout"),
                        window(values, "util-window-size"),
                        values.text("output", "out.dat"));
            case "delay" ->
                new Delay(
                        seconds(values, "util-load-timeout"),
                        window(values, "util-window-size"),
                        values.text("output", "out.dat"));
            case "probe" -> new Probe(values.integer("max-clients", 10, 1, 10_000), values.text("output", "out.dat"));
            default -> {
                values.fault("type", "must be rtt, util, delay or probe, was '" + type + "'");
                yield new Probe(1, "");
            }
        };
        values.check();
        return config;
    }

    private static int window(KeyValueText values, String key) {
        return values.integer(key, 50, 1, 100_000);
    }

    private static Duration seconds(KeyValueText values, String key) {
        return Duration.ofNanos((long) (values.number(key, 10, 0.001) * 1e9));
    }
}
