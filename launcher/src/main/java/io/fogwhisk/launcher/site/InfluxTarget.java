package io.fogwhisk.launcher.site;

import io.fogwhisk.base.config.ConfigNode;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Which InfluxDB 2 a site uses for one purpose.
 *
 * @param url empty for the embedded one
 * @param token empty for the embedded one's own
 * @param bucket to write to
 * @param retention how long the embedded one keeps the bucket's points, zero for ever; empty for what was set before
 */
public record InfluxTarget(Optional<String> url, Optional<String> token, String bucket, Optional<Duration> retention) {

    /** Checks for null. */
    public InfluxTarget {
        Objects.requireNonNull(url, "url is null");
        Objects.requireNonNull(token, "token is null");
        Objects.requireNonNull(bucket, "bucket is null");
        Objects.requireNonNull(retention, "retention is null");
    }

    /** A target whose retention is not ours to say. */
    public InfluxTarget(Optional<String> url, Optional<String> token, String bucket) {
        this(url, token, bucket, Optional.empty());
    }

    /** The embedded database. */
    public static InfluxTarget embedded(String bucket) {
        return new InfluxTarget(Optional.empty(), Optional.empty(), bucket);
    }

    static InfluxTarget read(ConfigNode node, String defaultBucket) {
        Optional<String> url = node.value("url", Optional.<String>empty(), text -> Optional.of(checkedUrl(text)));
        Optional<String> token = node.text("token");
        if (url.isPresent() && token.isEmpty()) {
            node.fault("token", "is required when url names an InfluxDB of your own");
        }
        Optional<Duration> retention = InfluxConfig.retention(node, "retention");
        if (url.isPresent() && retention.isPresent()) {
            node.fault("retention", "is for the embedded InfluxDB: set it where url leads to");
        }
        return new InfluxTarget(url, token, node.text("bucket", defaultBucket), retention);
    }

    private static String checkedUrl(String text) {
        String scheme = URI.create(text).getScheme();
        if (!"http".equals(scheme) && !"https".equals(scheme)) {
            throw new IllegalArgumentException("must start with http:// or https://");
        }
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public String toString() {
        return "InfluxTarget[url=" + url + ", token=***, bucket=" + bucket + ", retention=" + retention + "]";
    }
}
