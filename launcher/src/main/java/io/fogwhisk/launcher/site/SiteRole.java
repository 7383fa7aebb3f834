package io.fogwhisk.launcher.site;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A part of a site that a process runs, or leaves to another. */
public enum SiteRole {

    /** The MQTT broker. */
    BROKER,

    /** The InfluxDB API. */
    INFLUX,

    /** The OpenWhisk, with the actions that store readings and ship aggregates. */
    OPENWHISK,

    /** The feed provider. */
    FEEDS,

    /** The edge domain in front of the OpenWhisk, and wskproxy in front of that. */
    EDGE;

    /** As the configuration writes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<SiteRole> of(String text) {
        return Arrays.stream(values())
                .filter(role -> role.toString().equals(text))
                .findFirst();
    }

    static String all() {
        return Arrays.stream(values()).map(SiteRole::toString).collect(Collectors.joining(", "));
    }
}
