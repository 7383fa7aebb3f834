package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.FeedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a provider talks to brokers, all of them alike.
 *
 * @param client the library
 * @param version of the protocol
 * @param keepAlive the longest silence of a connection, in whole seconds up to 65,535; zero for any
 * @param sessionExpiry how long a broker keeps a session without a connection, in whole seconds (MQTT 5 only)
 * @param topicAliases how many topic aliases a broker may use, 0 to 65,535 (MQTT 5 only)
 * @param will published by a broker that loses the connection
 * @param takeOver how long a member of a share group may be away before another takes over its session, up to a day;
 *     zero for ever
 * @param tls for brokers that speak it
 */
public record MqttSettings(
        Client client,
        Version version,
        Duration keepAlive,
        Duration sessionExpiry,
        int topicAliases,
        Optional<Will> will,
        Duration takeOver,
        TlsFiles tls) {

    // Before the default, which is checked against it.
    private static final Duration MAX_TAKE_OVER = Duration.ofDays(1);

    /** MQTT 5 by the HiveMQ client, sessions that do not expire. */
    public static final MqttSettings DEFAULT = new MqttSettings(
            Client.HIVEMQ,
            Version.MQTT_5,
            Duration.ofSeconds(30),
            Duration.ofSeconds(0xFFFF_FFFFL),
            0,
            Optional.empty(),
            Duration.ofSeconds(1),
            TlsFiles.NONE);

    private static final int MAX_SHORT = 65_535;
    private static final long MAX_INT = 0xFFFF_FFFFL;

    /** A library. */
    public enum Client {
        /** The HiveMQ MQTT client. */
        HIVEMQ,
        /** Eclipse Paho. */
        PAHO
    }

    /** A version of the protocol. */
    public enum Version {
        /** MQTT 3.1.1. */
        MQTT_3,
        /** MQTT 5. */
        MQTT_5
    }

    /**
     * What a broker publishes when it loses the connection.
     *
     * @param qos 0, 1 or 2
     */
    public record Will(String topic, String payload, int qos, boolean retain) {
        /** Checks the ranges. */
        public Will {
            Objects.requireNonNull(payload, "payload is null");
            if (topic.isEmpty() || topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0) {
                throw new FeedException("the topic of the will must be without wildcards, was '" + topic + "'");
            }
            if (qos < 0 || qos > 2) {
                throw new FeedException("the qos of the will must be 0, 1 or 2, was " + qos);
            }
        }
    }

    /**
     * Files in PEM form.
     *
     * @param authorities who may have signed the broker's certificate; empty for those that Java trusts
     * @param certificate the provider's own, with those that signed it after it
     * @param key of the certificate, PKCS #8 without a password; given when the certificate is
     */
    public record TlsFiles(Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key) {

        /** Trust whom Java trusts, and have no certificate. */
        public static final TlsFiles NONE = new TlsFiles(Optional.empty(), Optional.empty(), Optional.empty());

        /** Checks that the certificate and its key come together. */
        public TlsFiles {
            Objects.requireNonNull(authorities, "authorities is null");
            if (certificate.isPresent() != key.isPresent()) {
                throw new FeedException("a certificate for brokers needs its key, and a key its certificate");
            }
        }
    }

    /** Checks the ranges. */
    public MqttSettings {
        Objects.requireNonNull(client, "client is null");
        Objects.requireNonNull(version, "version is null");
        Objects.requireNonNull(will, "will is null");
        Objects.requireNonNull(tls, "tls is null");
        if (keepAlive.isNegative() || keepAlive.toSeconds() > MAX_SHORT) {
            throw new FeedException("the keep-alive must be 0 to 65535 seconds, was " + keepAlive);
        }
        if (sessionExpiry.toSeconds() < 1 || sessionExpiry.toSeconds() > MAX_INT) {
            throw new FeedException("the session expiry must be 1 to 4294967295 seconds, was " + sessionExpiry);
        }
        if (takeOver.isNegative() || takeOver.compareTo(MAX_TAKE_OVER) > 0) {
            throw new FeedException("the wait for a take-over must be 0 seconds to a day, was " + takeOver);
        }
        if (topicAliases < 0 || topicAliases > MAX_SHORT) {
            throw new FeedException("the topic aliases must be 0 to 65535, was " + topicAliases);
        }
    }

    /** The same with nothing published by brokers that lose a connection. */
    MqttSettings withoutWill() {
        return new MqttSettings(
                client, version, keepAlive, sessionExpiry, topicAliases, Optional.empty(), takeOver, tls);
    }
}
