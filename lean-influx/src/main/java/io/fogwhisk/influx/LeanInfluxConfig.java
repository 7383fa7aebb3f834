package io.fogwhisk.influx;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/**
 * What a {@link LeanInflux} needs to know.
 *
 * @param host the address to bind to
 * @param port the port, 0 for any free one
 * @param dataFolder where {@code readings.db} lives; created if missing
 * @param org the one organisation
 * @param buckets the buckets that exist, at least one
 * @param token what clients must send; never logged
 * @param commitPace the shortest time between two commits, zero or more
 */
public record LeanInfluxConfig(
        String host, int port, Path dataFolder, String org, List<String> buckets, String token, Duration commitPace) {

    /** Checks every value. */
    public LeanInfluxConfig {
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(dataFolder, "dataFolder is null");
        Objects.requireNonNull(commitPace, "commitPace is null");
        buckets = List.copyOf(buckets);
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
        if (buckets.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("buckets must not hold a blank name, was " + buckets);
        }
        if (new HashSet<>(buckets).size() < buckets.size()) {
            throw new IllegalArgumentException("buckets must be different, was " + buckets);
        }
        if (commitPace.isNegative()) {
            throw new IllegalArgumentException("commitPace must be zero or more, was " + commitPace);
        }
    }

    /** Hides the token. */
    @Override
    public String toString() {
        return "LeanInfluxConfig[host=" + host + ", port=" + port + ", dataFolder=" + dataFolder + ", org=" + org
                + ", buckets=" + buckets + ", token=***, commitPace=" + commitPace + "]";
    }
}
