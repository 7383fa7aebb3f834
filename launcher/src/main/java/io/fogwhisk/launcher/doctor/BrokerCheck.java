package io.fogwhisk.launcher.doctor;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import io.fogwhisk.feed.mqtt.MqttSettings;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.launcher.LauncherException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Examines a broker for limits that lose messages: tries what happens to a provider that is away for a moment, with a
 * session and a topic of its own, and removes both. What it cannot remove, the broker forgets after ten minutes.
 */
public final class BrokerCheck {

    /** How many messages are published while the session is away: more than the usual limits of queues. */
    public static final int MESSAGES = 1_500;

    private static final long LEFT_BEHIND_SECONDS = 600;
    private static final long LIMIT_SECONDS = 15;
    private static final long PUBLISH_SECONDS = 60;
    private static final long QUIET_SECONDS = 3;
    private static final int ALL_PACKETS = 268_435_460;
    private static final int SMALL_PACKETS = 1 << 20;

    private final Broker broker;
    private final MqttSettings settings;
    private final String subject;
    private final List<Finding> findings = new ArrayList<>();

    /** Will examine a broker; used once, by one thread. */
    public BrokerCheck(Broker broker, MqttSettings settings) {
        this.broker = Objects.requireNonNull(broker, "broker is null");
        this.settings = Objects.requireNonNull(settings, "settings is null");
        this.subject = "broker " + broker;
    }

    /** Examines it; takes a minute at most, and a few seconds as a rule. */
    public List<Finding> findings() {
        String id = UUID.randomUUID().toString();
        String topic = "fogwhisk/doctor/" + id;
        String clientId = "fogwhisk-doctor-" + id.substring(0, 8);
        try {
            if (leaveSession(clientId, topic)) {
                Set<String> accepted = publishAndShare(clientId + "-p", topic);
                comeBack(clientId, accepted);
            }
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            findings.add(Finding.bad(
                    subject,
                    "cannot be used: " + cause.getMessage()
                            + (settings.version() == MqttSettings.Version.MQTT_3
                                    ? " (only brokers of MQTT 5 are examined)"
                                    : "")));
        } catch (TimeoutException e) {
            findings.add(Finding.bad(subject, "accepts connections but did not answer within the time limit"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while examining " + broker, e);
        }
        return List.copyOf(findings);
    }

    /** Makes a session with a subscription and leaves; false if the broker refuses the subscription. */
    private boolean leaveSession(String clientId, String topic)
            throws ExecutionException, InterruptedException, TimeoutException {
        DoctorClient client = new DoctorClient(broker, settings.tls(), clientId);
        long wanted = settings.sessionExpiry().toSeconds();
        Mqtt5ConnAck answer = get(client.connect(true, wanted), LIMIT_SECONDS);
        boolean subscribed = false;
        try {
            findings.add(Finding.ok(subject, "reachable, takes the credentials, speaks MQTT 5"));
            limits(answer, wanted);
            subscribed = subscribed(client, topic);
            if (!subscribed) {
                findings.add(Finding.note(
                        subject,
                        "refuses the subscription to " + topic + ", so that nothing more could be examined: allow"
                                + " fogwhisk/doctor/# to this user"));
            }
        } finally {
            get(client.disconnect(subscribed ? LEFT_BEHIND_SECONDS : 0), LIMIT_SECONDS);
        }
        return subscribed;
    }

    private void limits(Mqtt5ConnAck answer, long wanted) {
        long expiry = answer.getSessionExpiryInterval().orElse(wanted);
        if (expiry < wanted && expiry < Duration.ofDays(1).toSeconds()) {
            findings.add(
                    Finding.bad(
                            subject,
                            "keeps a session for " + Duration.ofSeconds(expiry)
                                    + " only: messages are lost when the provider is away for longer; raise the broker's limit"));
        } else if (expiry < wanted) {
            findings.add(Finding.note(
                    subject,
                    "keeps a session for " + Duration.ofSeconds(expiry)
                            + ": messages are lost when the provider is away for longer"));
        }
        Mqtt5ConnAckRestrictions limits = answer.getRestrictions();
        if (limits.getMaximumQos() == MqttQos.AT_MOST_ONCE) {
            findings.add(Finding.bad(subject, "takes QoS 0 only, which guarantees nothing"));
        } else if (limits.getMaximumQos() == MqttQos.AT_LEAST_ONCE) {
            findings.add(Finding.note(subject, "takes QoS 0 and 1, not 2"));
        }
        if (limits.getMaximumPacketSize() < SMALL_PACKETS) {
            findings.add(Finding.note(
                    subject, "takes packets of at most " + limits.getMaximumPacketSize() + " bytes from publishers"));
        }
        if (!limits.isWildcardSubscriptionAvailable()) {
            findings.add(Finding.note(subject, "takes no wildcards (+, #) in subscriptions"));
        }
        findings.add(Finding.ok(
                subject,
                "lets a publisher have " + limits.getReceiveMaximum() + " messages under way"
                        + (limits.getMaximumPacketSize() >= ALL_PACKETS ? ", of any size" : "")));
        if (!limits.isSharedSubscriptionAvailable()) {
            findings.add(Finding.note(
                    subject,
                    "takes no shared subscriptions ($share): several providers would each" + " get every message"));
        }
    }

    /** Publishes while the session is away; the messages that the broker took. */
    private Set<String> publishAndShare(String clientId, String topic)
            throws ExecutionException, InterruptedException, TimeoutException {
        DoctorClient client = new DoctorClient(broker, settings.tls(), clientId);
        Mqtt5ConnAck answer = get(client.connect(true, 0), LIMIT_SECONDS);
        try {
            if (answer.getRestrictions().isSharedSubscriptionAvailable()
                    && !subscribed(client, "$share/fogwhisk-doctor/" + topic + "/shared")) {
                findings.add(Finding.note(subject, "refuses a shared subscription ($share) to this user"));
            }
            List<CompletableFuture<Mqtt5PublishResult>> answers = new ArrayList<>();
            for (int number = 0; number < MESSAGES; number++) {
                answers.add(client.publish(topic, String.valueOf(number).getBytes(StandardCharsets.UTF_8)));
            }
            CompletableFuture<Void> all = CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new));
            get(all.handle((done, failure) -> failure == null), PUBLISH_SECONDS);
            Set<String> accepted = new HashSet<>();
            for (int number = 0; number < MESSAGES; number++) {
                CompletableFuture<Mqtt5PublishResult> each = answers.get(number);
                if (!each.isCompletedExceptionally()
                        && each.get(0, TimeUnit.SECONDS).getError().isEmpty()) {
                    accepted.add(String.valueOf(number));
                }
            }
            return accepted;
        } finally {
            get(client.disconnect(0), LIMIT_SECONDS);
        }
    }

    /** Takes what the session holds, and ends it. */
    private void comeBack(String clientId, Set<String> accepted)
            throws ExecutionException, InterruptedException, TimeoutException {
        DoctorClient client = new DoctorClient(broker, settings.tls(), clientId);
        BlockingQueue<String> arrived = new ArrayBlockingQueue<>(4 * MESSAGES);
        client.onMessage(payload -> {
            // One that does not fit comes again, which says nothing new.
            boolean unused = arrived.offer(new String(payload, StandardCharsets.UTF_8));
        });
        Mqtt5ConnAck answer = get(client.connect(false, LEFT_BEHIND_SECONDS), LIMIT_SECONDS);
        try {
            if (!answer.isSessionPresent()) {
                findings.add(Finding.bad(
                        subject,
                        "forgets the session of a client that disconnects: messages are"
                                + " lost whenever the provider is away; have it keep sessions"));
                return;
            }
            Set<String> missing = new HashSet<>(accepted);
            String next = arrived.poll(QUIET_SECONDS, TimeUnit.SECONDS);
            while (next != null && !missing.isEmpty()) {
                missing.remove(next);
                next = missing.isEmpty() ? null : arrived.poll(QUIET_SECONDS, TimeUnit.SECONDS);
            }
            findings.add(queue(accepted.size(), missing.size()));
        } finally {
            get(client.disconnect(0), LIMIT_SECONDS);
        }
    }

    private Finding queue(int accepted, int missing) {
        if (missing > 0) {
            return Finding.bad(
                    subject,
                    "acknowledged " + accepted + " messages for a session that was away, and kept "
                            + (accepted - missing)
                            + ": it drops what is beyond its queue without a word. Raise the limit"
                            + " (Mosquitto: max_queued_messages 0 and max_queued_bytes 0, persistence true)");
        }
        if (accepted < MESSAGES) {
            return Finding.note(
                    subject,
                    "took " + accepted + " of " + MESSAGES + " messages for a session that was"
                            + " away, kept them all, and refused the rest openly: publishers see that and try again");
        }
        return Finding.ok(subject, "kept all of " + MESSAGES + " messages for a session that was away");
    }

    private static boolean subscribed(DoctorClient client, String filter)
            throws InterruptedException, TimeoutException {
        try {
            return get(client.subscribe(filter), LIMIT_SECONDS).getReasonCodes().stream()
                    .noneMatch(code -> code.isError());
        } catch (ExecutionException e) {
            return false;
        }
    }

    private static <T> T get(Future<T> answer, long seconds)
            throws ExecutionException, InterruptedException, TimeoutException {
        return answer.get(seconds, TimeUnit.SECONDS);
    }
}
