package io.fogwhisk.influx;

import io.fogwhisk.influx.catalog.ConfiguredBucket;
import io.fogwhisk.influx.catalog.ConfiguredToken;
import io.fogwhisk.influx.retention.Downsampling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a {@link LeanInflux} needs to know.
 *
 * @param host the address to bind to
 * @param port the port, 0 for any free one
 * @param dataFolder where {@code readings.db} and {@code influx.db} live; created if missing
 * @param org the one organisation
 * @param buckets the buckets that exist whenever the server runs, at least one
 * @param token what may do everything; never logged
 * @param tokens further ones, each for one of the buckets
 * @param commitPace the shortest time between two commits, zero or more
 * @param downsampling rules, each from and to a bucket in {@code buckets}
 * @param maxDisk bytes above which writes are refused; empty for no bound
 * @param queryTime how long a query may take, more than zero
 */
public record LeanInfluxConfig(
        String host,
        int port,
        Path dataFolder,
        String org,
        List<ConfiguredBucket> buckets,
        String token,
        List<ConfiguredToken> tokens,
        Duration commitPace,
        List<Downsampling> downsampling,
        OptionalLong maxDisk,
        Duration queryTime) {

    /** Longer than any sensible query takes. */
    public static final Duration QUERY_TIME = Duration.ofSeconds(30);

    /** Checks every value. */
    public LeanInfluxConfig {
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(dataFolder, "dataFolder is null");
        Objects.requireNonNull(commitPace, "commitPace is null");
        Objects.requireNonNull(maxDisk, "maxDisk is null");
        Objects.requireNonNull(queryTime, "queryTime is null");
        buckets = List.copyOf(buckets);
        tokens = List.copyOf(tokens);
        downsampling = List.copyOf(downsampling);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535, was " + port);
        }
        if (org.isBlank()) {
            throw new IllegalArgumentException("org must not be blank");
        }
        if (token.isBlank()) {
            throw new IllegalArgumentException("token must not be blank");
        }
        if (buckets.isEmpty()) {
            throw new IllegalArgumentException("buckets must name at least one bucket");
        }
        Set<String> names = new HashSet<>();
        for (ConfiguredBucket bucket : buckets) {
            if (!names.add(bucket.name())) {
                throw new IllegalArgumentException("buckets must be different, was " + bucket.name() + " twice");
            }
        }
        Set<String> secrets = new HashSet<>(Set.of(token));
        for (ConfiguredToken each : tokens) {
            if (!names.contains(each.bucket())) {
                throw new IllegalArgumentException("the token " + each.name() + " must be for a bucket that is"
                        + " configured, one of " + names + ", was " + each.bucket());
            }
            if (!secrets.add(each.token())) {
                throw new IllegalArgumentException("the token " + each.name() + " must differ from every other");
            }
        }
        for (Downsampling rule : downsampling) {
            if (!names.contains(rule.from()) || !names.contains(rule.to())) {
                throw new IllegalArgumentException("downsampling from " + rule.from() + " to " + rule.to()
                        + " must be between buckets that are configured, which are " + names);
            }
        }
        if (commitPace.isNegative()) {
            throw new IllegalArgumentException("commitPace must be zero or more, was " + commitPace);
        }
        if (queryTime.isNegative() || queryTime.isZero()) {
            throw new IllegalArgumentException("queryTime must be more than zero, was " + queryTime);
        }
        if (maxDisk.isPresent() && maxDisk.getAsLong() < 1) {
            throw new IllegalArgumentException("maxDisk must be at least 1, was " + maxDisk.getAsLong());
        }
    }

    /** A server that keeps everything in its buckets for ever, and uses what there is of the disk. */
    public LeanInfluxConfig(
            String host,
            int port,
            Path dataFolder,
            String org,
            List<String> buckets,
            String token,
            Duration commitPace) {
        this(
                host,
                port,
                dataFolder,
                org,
                buckets.stream().map(ConfiguredBucket::named).toList(),
                token,
                List.of(),
                commitPace,
                List.of(),
                OptionalLong.empty(),
                QUERY_TIME);
    }

    /** Hides the token. */
    @Override
    public String toString() {
        return "LeanInfluxConfig[host=" + host + ", port=" + port + ", dataFolder=" + dataFolder + ", org=" + org
                + ", buckets=" + buckets + ", token=***, tokens=" + tokens + ", commitPace=" + commitPace
                + ", downsampling=" + downsampling
                + ", maxDisk=" + maxDisk + ", queryTime=" + queryTime + "]";
    }
}
