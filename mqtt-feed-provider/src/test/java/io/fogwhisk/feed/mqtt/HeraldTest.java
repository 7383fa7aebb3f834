package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.EmbeddedBroker;
import io.fogwhisk.feed.TcpProxy;
import io.fogwhisk.feed.registry.Broker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeraldTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final ShareTopics TOPICS = new ShareTopics("fogwhisk/share/group/");

    @TempDir
    Path folder;

    private final MqttThreads threads = new MqttThreads("test");
    private EmbeddedBroker broker;
    private TcpProxy network;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(folder, false);
        network = TcpProxy.to(broker.port());
    }

    @AfterEach
    void stop() {
        threads.close();
        network.close();
        broker.close();
    }

    private static final class Heard implements Herald.Listener {
        private final Map<String, ShareWord> words = new ConcurrentHashMap<>();
        private volatile Optional<String> trouble = Optional.empty();

        @Override
        public void heard(String clientId, Optional<ShareWord> word) {
            word.ifPresentOrElse(said -> words.put(clientId, said), () -> words.remove(clientId));
        }

        @Override
        public void trouble(Optional<String> why) {
            trouble = why;
        }
    }

    @Test
    void saysWhyNobodyHearsOfAMemberAndThatItIsMended() throws Exception {
        // Given a broker that keeps only this connection out
        network.set(TcpProxy.Mode.REFUSE);
        Heard heard = new Heard();
        Herald herald = herald("fogwhisk-a-000000000000", heard);

        // When
        threads.control().execute(() -> herald.say(ShareWord.HERE));
        herald.start();

        // Then
        await().atMost(SOON).until(() -> heard.trouble.isPresent());
        assertThat(heard.trouble.orElseThrow()).contains("fogwhisk-a-000000000000-share");

        // When
        network.set(TcpProxy.Mode.PASS);

        // Then
        await().atMost(SOON).until(() -> heard.trouble.isEmpty());
        herald.leave(Optional.empty()).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void hearsTheOthersAlsoAfterAReconnect() throws Exception {
        // Given
        String a = "fogwhisk-a-000000000000";
        String b = "fogwhisk-b-000000000000";
        Heard heardOfA = new Heard();
        Heard heardOfB = new Heard();
        Herald heraldA = herald(a, heardOfB);
        Herald heraldB = herald(b, heardOfA);
        heraldA.start();
        heraldB.start();
        threads.control().execute(() -> heraldA.say(ShareWord.HERE));
        await().atMost(SOON).until(() -> ShareWord.HERE.equals(heardOfA.words.get(a)));
        await().atMost(SOON).until(() -> ShareWord.GONE.equals(heardOfB.words.get(b)));

        // When
        network.cut();
        threads.control().execute(() -> heraldB.say(ShareWord.HERE));

        // Then
        await().atMost(SOON).until(() -> ShareWord.HERE.equals(heardOfB.words.get(b)));
        await().atMost(SOON).until(() -> ShareWord.HERE.equals(heardOfA.words.get(a)));
        heraldA.leave(Optional.empty()).toCompletableFuture().get(20, TimeUnit.SECONDS);
        await().atMost(SOON).until(() -> !heardOfA.words.containsKey(a));
        heraldB.leave(Optional.empty()).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private Herald herald(String clientId, Herald.Listener listener) {
        MqttSettings settings = MqttSettings.DEFAULT;
        return new Herald(
                new BrokerAccess(
                        clientId,
                        "guest",
                        Broker.parse(network.url()),
                        settings,
                        BrokerTls.load(settings.tls()),
                        threads),
                TOPICS,
                listener);
    }
}
