package io.fogwhisk.launcher.doctor;

import io.fogwhisk.feed.mqtt.MqttSettings;
import io.fogwhisk.feed.mqtt.MqttSettings.Version;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.doctor.DoctorClient.Welcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Examines a broker for limits that lose messages, in the version of MQTT that the feeds would use: what it announces,
 * what it tells of itself, and what happens to a provider that is away for a moment, with a session and a topic of its
 * own that are removed again. What cannot be removed, a broker of MQTT 5 forgets after ten minutes.
 */
public final class BrokerCheck {

    /** How many messages are published while the session is away: more than the usual limits of queues. */
    public static final int MESSAGES = 1_500;

    private static final long LIMIT_SECONDS = 15;
    private static final long TOLD_MILLIS = 1_000;
    private static final String VERSION_TOPIC = "$SYS/broker/version";
    private static final String DROPPED_TOPIC = "$SYS/broker/publish/messages/dropped";

    private final Broker broker;
    private final MqttSettings settings;
    private final int messages;
    private final String subject;
    private final List<Finding> findings = new ArrayList<>();
    private Optional<String> toldVersion = Optional.empty();

    /**
     * Will examine a broker; used once, by one thread.
     *
     * @param messages how many are published while the session is away, at least 1
     */
    public BrokerCheck(Broker broker, MqttSettings settings, int messages) {
        this.broker = Objects.requireNonNull(broker, "broker is null");
        this.settings = Objects.requireNonNull(settings, "settings is null");
        if (messages < 1) {
            throw new IllegalArgumentException("messages must be at least 1, was " + messages);
        }
        this.messages = messages;
        this.subject = "broker " + broker;
    }

    /** Examines it; takes a minute or two at most, and a few seconds as a rule. */
    public List<Finding> findings() {
        try {
            Version version = greet();
            findings.addAll(new SessionTrial(subject, id -> client(version, id), messages).findings());
            MosquittoFile.of(broker)
                    .ifPresentOrElse(file -> findings.addAll(file.findings(subject, messages)), this::unknownFile);
        } catch (ExecutionException e) {
            findings.add(Finding.bad(subject, "cannot be used: " + BrokerFault.words(e, broker)));
        } catch (TimeoutException e) {
            findings.add(Finding.bad(subject, "accepts connections but did not answer within the time limit"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while examining " + broker, e);
        }
        return List.copyOf(findings);
    }

    /** Connects and listens to what the broker tells of itself; the version of MQTT that it speaks. */
    private Version greet() throws ExecutionException, InterruptedException, TimeoutException {
        if (settings.version() == Version.MQTT_3) {
            greet(Version.MQTT_3);
            findings.add(Finding.note(
                    subject,
                    "is used with MQTT 3.1.1 (mqtt.version), which has no words for a broker's limits: they were not"
                            + " examined"));
            return Version.MQTT_3;
        }
        try {
            greet(Version.MQTT_5);
            return Version.MQTT_5;
        } catch (ExecutionException e) {
            if (!BrokerFault.mayKnowNoMqtt5(e)) {
                throw e;
            }
            try {
                greet(Version.MQTT_3);
            } catch (ExecutionException | TimeoutException older) {
                throw e;
            }
            findings.add(Finding.bad(
                    subject, "does not speak MQTT 5, which feeds are configured for: set mqtt.version to 3.1.1"));
            return Version.MQTT_3;
        }
    }

    private void greet(Version version) throws ExecutionException, InterruptedException, TimeoutException {
        DoctorClient client = client(version, "fogwhisk-doctor-" + UUID.randomUUID());
        Map<String, String> told = new ConcurrentHashMap<>();
        CountDownLatch both = new CountDownLatch(2);
        client.onMessage((topic, payload) -> {
            if (told.putIfAbsent(topic, new String(payload, StandardCharsets.UTF_8)) == null) {
                both.countDown();
            }
        });
        Welcome welcome =
                client.connect(true, settings.sessionExpiry().toSeconds()).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        try {
            findings.add(Finding.ok(
                    subject,
                    "reachable, takes the credentials, speaks MQTT " + (version == Version.MQTT_5 ? "5" : "3.1.1")));
            welcome.limits().ifPresent(limits -> findings.addAll(limits.findings(subject, settings)));
            if (subscribed(client, VERSION_TOPIC) && subscribed(client, DROPPED_TOPIC)) {
                // Retained: what is not there at once will not come.
                boolean unused = both.await(TOLD_MILLIS, TimeUnit.MILLISECONDS);
            }
            tell(told);
        } finally {
            client.leave(0).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static boolean subscribed(DoctorClient client, String topic) throws InterruptedException, TimeoutException {
        try {
            return client.subscribe(topic).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return false;
        }
    }

    private void tell(Map<String, String> told) {
        toldVersion = Optional.ofNullable(told.get(VERSION_TOPIC));
        toldVersion.ifPresent(version -> findings.add(Finding.ok(subject, "says that it is " + version)));
        Optional.ofNullable(told.get(DROPPED_TOPIC))
                .filter(count -> count.matches("[0-9]{1,18}") && Long.parseLong(count) > 0)
                .ifPresent(count -> findings.add(Finding.note(
                        subject,
                        "has dropped " + count + " messages since it started, of all clients, earlier examinations"
                                + " included")));
    }

    private void unknownFile() {
        if (toldVersion.filter(version -> version.startsWith("mosquitto")).isPresent()) {
            findings.add(Finding.note(
                    subject,
                    "keeps sessions over a restart of its own only with 'persistence true' in its configuration, which"
                            + " cannot be read from here"));
        }
    }

    private DoctorClient client(Version version, String clientId) {
        return DoctorClient.of(version, broker, settings.tls(), clientId);
    }
}
