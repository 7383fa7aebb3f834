package io.fogwhisk.launcher.site;

import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.influx.LeanInfluxConfig;
import io.fogwhisk.influx.catalog.ConfiguredBucket;
import io.fogwhisk.influx.catalog.ConfiguredToken;
import io.fogwhisk.influx.retention.Downsampling;
import io.fogwhisk.influx.retention.WindowFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What the embedded InfluxDB is told.
 *
 * @param org the organisation, also in databases of the user's own
 * @param maxDisk bytes above which writes are refused; empty for no bound
 * @param queryTime how long a query may take
 * @param downsampling aggregates that are kept longer than the points
 * @param token what may do everything; empty for the one of the data folder
 * @param writers who may read and write the bucket of the aggregates, and nothing else
 */
public record InfluxConfig(
        String org,
        OptionalLong maxDisk,
        Duration queryTime,
        List<Downsample> downsampling,
        Optional<String> token,
        NamedTokens writers) {

    /** The shortest retention that InfluxDB takes. */
    private static final Duration SHORTEST = Duration.ofHours(1);

    private static final Duration LATENESS = Duration.ofMinutes(5);

    /** Checks for null and copies the list. */
    public InfluxConfig {
        Objects.requireNonNull(org, "org is null");
        Objects.requireNonNull(maxDisk, "maxDisk is null");
        Objects.requireNonNull(queryTime, "queryTime is null");
        downsampling = List.copyOf(downsampling);
        Objects.requireNonNull(token, "token is null");
        Objects.requireNonNull(writers, "writers is null");
    }

    /** Hides the token. */
    @Override
    public String toString() {
        return "InfluxConfig[org=" + org + ", maxDisk=" + maxDisk + ", queryTime=" + queryTime + ", downsampling="
                + downsampling + ", writers=" + writers + "]";
    }

    /**
     * A rule, and how long what it makes is kept.
     *
     * @param rule what is computed
     * @param keep how long its bucket keeps its points, zero for ever; empty for what the bucket has
     */
    public record Downsample(Downsampling rule, Optional<Duration> keep) {

        /** Checks for null. */
        public Downsample {
            Objects.requireNonNull(rule, "rule is null");
            Objects.requireNonNull(keep, "keep is null");
        }
    }

    static InfluxConfig read(ConfigNode influx, List<InfluxTarget> targets) {
        List<Downsample> rules = new ArrayList<>();
        List<String> buckets =
                targets.stream().map(InfluxTarget::bucket).collect(Collectors.toCollection(ArrayList::new));
        for (ConfigNode node : influx.sections("downsample")) {
            rule(node, buckets).ifPresent(rules::add);
        }
        Optional<String> token = influx.secret("token", Optional.<String>empty(), text -> Optional.of(token(text)));
        NamedTokens writers = NamedTokens.read(influx, "writers");
        if (token.filter(writers.byName()::containsValue).isPresent()) {
            influx.fault("writers", "gives somebody the token of influx.token, which may do everything");
        }
        return new InfluxConfig(
                influx.text("org", "influxdata"),
                influx.value("max-disk", OptionalLong.empty(), text -> OptionalLong.of(Sizes.bytes(text))),
                influx.value("query-time", LeanInfluxConfig.QUERY_TIME, InfluxConfig::queryTime),
                rules,
                token,
                writers);
    }

    private static String token(String text) {
        if (!NamedTokens.acceptable(text)) {
            throw new IllegalArgumentException("must be " + NamedTokens.RULE);
        }
        return text;
    }

    private static Duration queryTime(String text) {
        Duration duration = ConfigNode.parseDuration(text);
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException("must be more than zero");
        }
        return duration;
    }

    /** How long a bucket keeps its points; empty when nothing is said. */
    static Optional<Duration> retention(ConfigNode node, String key) {
        return node.value(key, Optional.<Duration>empty(), text -> {
            Duration duration = ConfigNode.parseDuration(text);
            if (!duration.isZero() && duration.compareTo(SHORTEST) < 0) {
                throw new IllegalArgumentException("must be at least 1h, or 0s for ever");
            }
            return Optional.of(Duration.ofSeconds(duration.toSeconds()));
        });
    }

    /** The buckets that the embedded InfluxDB has from the start. */
    List<ConfiguredBucket> buckets(InfluxTarget local, InfluxTarget centre) {
        Map<String, Optional<Duration>> retentions = new LinkedHashMap<>();
        for (InfluxTarget target : List.of(local, centre)) {
            retentions.merge(target.bucket(), target.retention(), (one, other) -> one.or(() -> other));
        }
        for (Downsample each : downsampling) {
            retentions.merge(each.rule().to(), each.keep(), (one, other) -> other.or(() -> one));
        }
        return retentions.entrySet().stream()
                .map(each -> new ConfiguredBucket(each.getKey(), each.getValue()))
                .toList();
    }

    /** The tokens that the embedded InfluxDB has from the start, but for the first. */
    List<ConfiguredToken> tokens(InfluxTarget centre) {
        return writers.byName().entrySet().stream()
                .map(each -> new ConfiguredToken(each.getKey(), each.getValue(), centre.bucket()))
                .toList();
    }

    List<Downsampling> rules() {
        return downsampling.stream().map(Downsample::rule).toList();
    }

    private static Optional<Downsample> rule(ConfigNode node, List<String> buckets) {
        String from = node.text("from", "");
        String to = node.text("to", "");
        Duration every = node.value("every", Duration.ZERO, InfluxConfig::window);
        Duration lateness = node.duration("lateness", LATENESS);
        Optional<Duration> keep = retention(node, "keep");
        List<WindowFunction> functions = new ArrayList<>();
        for (String name : node.texts("functions")) {
            try {
                functions.add(WindowFunction.of(name));
            } catch (IllegalArgumentException e) {
                node.fault("functions", e.getMessage() + ", was '" + name + "'");
            }
        }
        List<String> measurements = node.texts("measurements");
        if (!buckets.contains(from)) {
            node.fault("from", "must be a bucket of the embedded InfluxDB, one of " + buckets + ", was '" + from + "'");
            return Optional.empty();
        }
        if (every.isZero()) {
            node.fault("every", "is required: the length of the windows, such as 1h");
            return Optional.empty();
        }
        try {
            Downsampling rule = new Downsampling(from, to, every, lateness, functions, measurements);
            buckets.add(to);
            return Optional.of(new Downsample(rule, keep));
        } catch (IllegalArgumentException e) {
            node.fault("to", "and the other keys do not fit: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Duration window(String text) {
        Duration window = ConfigNode.parseDuration(text);
        if (window.compareTo(Duration.ofSeconds(1)) < 0 || window.toMillis() % 1_000 != 0) {
            throw new IllegalArgumentException("must be whole seconds, at least 1s");
        }
        return window;
    }
}
