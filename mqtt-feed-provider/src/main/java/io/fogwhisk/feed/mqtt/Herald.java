package io.fogwhisk.feed.mqtt;

import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.fogwhisk.base.retry.Backoff;
import io.reactivex.schedulers.Schedulers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other members of a share group of this one, and hears of them, on a connection of its own, whose last will
 * says that this member is gone. MQTT 3.1.1 is enough, and every broker speaks it. Its state belongs to the control
 * thread.
 */
final class Herald {

    private static final Logger LOG = LoggerFactory.getLogger(Herald.class);
    private static final Backoff BACKOFF = Backoff.between(Duration.ofMillis(200), Duration.ofSeconds(10));
    // A member whose machine lost its power is missed after one and a half of these.
    private static final int KEEP_ALIVE_SECONDS = 2;
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration ECHO = Duration.ofSeconds(3);
    private static final int MAX_WORD_BYTES = 256;
    // One that fails comes with every end of a broker.
    private static final int USUAL_ATTEMPTS = 2;

    private final ShareTopics topics;
    private final String me;
    private final BrokerAccess access;
    private final Listener listener;
    private final Mqtt3AsyncClient client;
    private ShareWord own = ShareWord.GONE;
    private boolean connected;
    private boolean echoed;
    private long connects;
    private String told = "";
    private volatile boolean closed;

    /** Is told what is heard, by the control thread. */
    interface Listener {
        /** Something was said of another member; empty if it is no member any more. */
        void heard(String clientId, Optional<ShareWord> word);

        /** Nobody would take over what this member leaves, and why; empty if that is mended. */
        void trouble(Optional<String> why);
    }

    Herald(BrokerAccess access, ShareTopics topics, Listener listener) {
        this.access = access;
        this.topics = topics;
        this.listener = listener;
        me = access.clientId();
        client = Mqtt3Client.builder()
                .identifier(me + "-share")
                .transportConfig(HivemqConfig.transport(access))
                .executorConfig(MqttClientExecutorConfig.builder()
                        .nettyExecutor(access.threads().heralds())
                        .nettyThreads(1)
                        .applicationScheduler(Schedulers.trampoline())
                        .build())
                .addConnectedListener(context -> {
                    if (closed) {
                        CompletableFuture<Void> unused = end();
                    } else {
                        control(this::connected);
                    }
                })
                .addDisconnectedListener(this::disconnected)
                .buildAsync();
    }

    void start() {
        CompletableFuture<?> unused = client.connectWith()
                .cleanSession(true)
                .keepAlive(KEEP_ALIVE_SECONDS)
                .simpleAuth(Hivemq3Connection.auth(access.broker()))
                .willPublish()
                .topic(topics.of(me))
                .payload(bytes(ShareWord.GONE.text()))
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(true)
                .applyWillPublish()
                .send();
    }

    /** Says how it is with this member, now and after every connect. */
    void say(ShareWord word) {
        own = word;
        if (connected) {
            CompletableFuture<Void> unused = publish(me, word.text());
        }
    }

    /** Says something of another member; nothing happens if there is no connection. */
    void say(String clientId, ShareWord word) {
        CompletableFuture<Void> unused = publish(clientId, word.text());
    }

    /** Nothing is to be said of a member any more. */
    void forget(String clientId) {
        CompletableFuture<Void> unused = publish(clientId, "");
    }

    /**
     * Says a last word, or that this was never a member, and ends the connection.
     *
     * @return completes when that is done or was not possible
     */
    CompletionStage<Void> leave(Optional<ShareWord> last) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        control(() -> {
            closed = true;
            CompletableFuture<Void> unused = publish(
                            me, last.map(ShareWord::text).orElse(""))
                    .thenCompose(said -> end())
                    .whenComplete((left, failure) -> done.complete(null));
        });
        return done;
    }

    private void connected() {
        connected = true;
        echoed = false;
        long mine = ++connects;
        // The library forgets with the session who listens, too.
        CompletableFuture<?> unused = client.subscribeWith()
                .topicFilter(topics.all())
                .qos(MqttQos.AT_LEAST_ONCE)
                .callback(message -> control(() -> heard(message)))
                .send()
                .whenComplete((answer, failure) -> control(() -> subscribed(mine, failure)));
    }

    private void subscribed(long connect, @Nullable Throwable failure) {
        if (closed || connect != connects) {
            return;
        }
        if (failure != null) {
            trouble("the broker refused the subscription to " + topics.all());
            return;
        }
        say(own);
        // A broker may lose between a subscription and its retained messages what is said just then.
        access.threads().later(AGAIN, () -> {
            if (connect == connects && !closed) {
                say(own);
            }
        });
        access.threads().later(ECHO, () -> {
            if (connect == connects && connected && !echoed && !closed) {
                trouble("the broker does not pass on what is published to " + topics.of(me));
            }
        });
    }

    private void trouble(String why) {
        if (!told.equals(why)) {
            told = why;
            LOG.atWarn()
                    .addKeyValue("broker", access.broker())
                    .addKeyValue("error", why)
                    .log("no member of the share group takes over what this one leaves");
        }
        listener.trouble(Optional.of(why));
    }

    private void heard(Mqtt3Publish message) {
        Optional<String> member = topics.member(message.getTopic().toString());
        byte[] payload = message.getPayloadAsBytes();
        if (closed || member.isEmpty() || payload.length > MAX_WORD_BYTES) {
            return;
        }
        Optional<ShareWord> word = ShareWord.parse(new String(payload, StandardCharsets.UTF_8));
        if (!member.get().equals(me)) {
            listener.heard(member.get(), word);
        } else if (word.isPresent() && word.get().equals(own)) {
            // Only what comes back to this one reached the others.
            echoed = true;
            told = "";
            listener.trouble(Optional.empty());
        } else if (!message.isRetain()) {
            // Of an heir that was about to begin or to finish when this one came back, or of an old connection.
            say(own);
        }
    }

    private void disconnected(MqttClientDisconnectedContext context) {
        int attempts = context.getReconnector().getAttempts() + 1;
        Duration wait =
                BACKOFF.after(attempts, () -> ThreadLocalRandom.current().nextDouble());
        context.getReconnector()
                .reconnect(!closed)
                .resubscribeIfSessionExpired(false)
                .republishIfSessionExpired(false)
                .delay(wait.toMillis(), TimeUnit.MILLISECONDS);
        String why = "no connection as " + me + "-share: " + context.getCause().getMessage();
        control(() -> {
            connected = false;
            if (attempts > USUAL_ATTEMPTS && !closed && own.equals(ShareWord.HERE)) {
                // The member itself has a connection, so it is not that the broker is away.
                trouble(why);
            }
        });
    }

    private CompletableFuture<Void> publish(String clientId, String word) {
        if (!connected) {
            return CompletableFuture.completedFuture(null);
        }
        return client.publishWith()
                .topic(topics.of(clientId))
                .payload(bytes(word))
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(true)
                .send()
                .handle((done, failure) -> {
                    if (failure != null) {
                        LOG.atDebug()
                                .setCause(failure)
                                .addKeyValue("topic", topics.of(clientId))
                                .log("not said");
                    }
                    return null;
                });
    }

    private CompletableFuture<Void> end() {
        return client.disconnect();
    }

    private void control(Runnable task) {
        access.threads().control().execute(task);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
