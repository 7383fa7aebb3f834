package io.fogwhisk.launcher.doctor;

import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckRestrictions;
import io.fogwhisk.feed.mqtt.MqttSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The limits that a broker of MQTT 5 announces.
 *
 * @param sessionSeconds how long it keeps a session of a client that is away
 * @param maximumQos 0, 1 or 2
 * @param maximumPacketSize from publishers, in bytes
 * @param receiveMaximum how many messages a publisher may have under way
 * @param wildcards whether subscriptions may have them
 * @param shared whether subscriptions may be shared
 * @param retained whether it keeps retained messages
 */
record Announced(
        long sessionSeconds,
        int maximumQos,
        int maximumPacketSize,
        int receiveMaximum,
        boolean wildcards,
        boolean shared,
        boolean retained) {

    private static final int ALL_PACKETS = 268_435_460;
    private static final int SMALL_PACKETS = 1 << 20;

    /** What an answer announces to who asked for a session of so many seconds. */
    static Announced by(Mqtt5ConnAck answer, long wantedSeconds) {
        Mqtt5ConnAckRestrictions limits = answer.getRestrictions();
        return new Announced(
                answer.getSessionExpiryInterval().orElse(wantedSeconds),
                limits.getMaximumQos().getCode(),
                limits.getMaximumPacketSize(),
                limits.getReceiveMaximum(),
                limits.isWildcardSubscriptionAvailable(),
                limits.isSharedSubscriptionAvailable(),
                limits.isRetainAvailable());
    }

    /** What they mean to feeds. */
    List<Finding> findings(String subject, MqttSettings settings) {
        List<Finding> findings = new ArrayList<>();
        session(subject, settings.sessionExpiry(), findings);
        if (maximumQos == 0) {
            findings.add(Finding.bad(subject, "takes QoS 0 only, which guarantees nothing"));
        } else if (maximumQos == 1) {
            findings.add(Finding.note(subject, "takes QoS 0 and 1, not 2"));
        }
        if (maximumPacketSize < SMALL_PACKETS) {
            findings.add(
                    Finding.note(subject, "takes packets of at most " + maximumPacketSize + " bytes from publishers"));
        }
        if (!wildcards) {
            findings.add(Finding.note(subject, "takes no wildcards (+, #) in subscriptions"));
        }
        if (!retained && settings.will().filter(MqttSettings.Will::retain).isPresent()) {
            findings.add(Finding.bad(
                    subject,
                    "takes no retained messages, so that it refuses feeds with mqtt.will.retain: set it to false"));
        } else if (!retained) {
            findings.add(Finding.note(
                    subject, "takes no retained messages: a new feed does not begin with the last value of a topic"));
        }
        if (!shared) {
            findings.add(Finding.note(
                    subject, "takes no shared subscriptions ($share): several providers would each get every message"));
        }
        findings.add(Finding.ok(
                subject,
                "lets a publisher have " + receiveMaximum + " messages under way"
                        + (maximumPacketSize >= ALL_PACKETS ? ", of any size" : "")));
        return findings;
    }

    private void session(String subject, Duration wanted, List<Finding> findings) {
        if (sessionSeconds >= wanted.toSeconds()) {
            return;
        }
        String lost = "keeps a session for " + Outage.words((double) sessionSeconds)
                + ": messages are lost when the provider is away for longer";
        findings.add(
                sessionSeconds < Duration.ofDays(1).toSeconds()
                        ? Finding.bad(subject, lost + "; raise the broker's limit")
                        : Finding.note(subject, lost));
    }
}
