package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.mqtt.MqttSettings.Client;
import io.fogwhisk.feed.mqtt.MqttSettings.TlsFiles;
import io.fogwhisk.feed.mqtt.MqttSettings.Version;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Every library in every version: what feeds promise, they promise with each. */
enum Libraries {
    HIVEMQ_3(Client.HIVEMQ, Version.MQTT_3),
    HIVEMQ_5(Client.HIVEMQ, Version.MQTT_5),
    PAHO_3(Client.PAHO, Version.MQTT_3),
    PAHO_5(Client.PAHO, Version.MQTT_5);

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(2);

    private final Client client;
    private final Version version;

    Libraries(Client client, Version version) {
        this.client = client;
        this.version = version;
    }

    boolean five() {
        return version == Version.MQTT_5;
    }

    MqttSettings settings() {
        return settings(Optional.empty(), TlsFiles.NONE);
    }

    MqttSettings settings(Optional<MqttSettings.Will> will, TlsFiles tls) {
        MqttSettings defaults = MqttSettings.DEFAULT;
        return new MqttSettings(
                client, version, KEEP_ALIVE, defaults.sessionExpiry(), 0, will, defaults.takeOver(), tls);
    }

    ProviderFixture provider(Path folder, FakeOpenWhisk target) {
        return ProviderFixture.start(ProviderFixture.config(folder).with(settings()), target);
    }

    /** Creates an MQTT feed of the namespace guest. */
    static void feed(ProviderFixture provider, String trigger, String url, String topic, Map<String, ?> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("triggerName", "/_/" + trigger);
        body.put("url", url);
        body.put("topic", topic);
        body.put("authKey", AuthKey.GUEST.reveal());
        ProviderFixture.Answer answer = provider.post("/mqtt", body);
        if (answer.status() != 200) {
            throw new IllegalStateException("feed not created: " + answer);
        }
    }

    static String state(ProviderFixture provider, String trigger) {
        return provider.get("/mqtt/guest/" + trigger).body().at("/status/state").asText();
    }

    static String error(ProviderFixture provider, String trigger) {
        return provider.get("/mqtt/guest/" + trigger)
                .body()
                .at("/status/lastError")
                .asText();
    }

    static Stream<String> numbers(int count) {
        return Stream.iterate(0, number -> number + 1).limit(count).map(String::valueOf);
    }
}
