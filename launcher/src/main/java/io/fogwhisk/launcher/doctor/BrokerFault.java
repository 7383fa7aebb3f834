package io.fogwhisk.launcher.doctor;

import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import io.fogwhisk.feed.registry.Broker;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Says why a broker cannot be used, in words for who has to mend it. Stateless. */
final class BrokerFault {

    private static final Set<String> CREDENTIALS = Set.of("NOT_AUTHORIZED", "BAD_USER_NAME_OR_PASSWORD", "BANNED");
    private static final String TRUST = "name its authority (mqtt.tls.authorities)";
    private static final String OWN =
            "it may want a certificate of ours, or another one (mqtt.tls.certificate and mqtt.tls.key)";

    private BrokerFault() {}

    /** The words for a failure to connect or of a connection. */
    static String words(Throwable failure, Broker broker) {
        List<Throwable> chain = NetworkFault.chain(failure);
        Optional<String> refused = chain.stream()
                .flatMap(each -> code(each).stream())
                .findFirst()
                .map(code -> CREDENTIALS.contains(code)
                        ? "it refuses " + (broker.user().isEmpty() ? "who has no user" : "user " + broker.user()) + " ("
                                + code + "): mend the user and the password in its url"
                        : "it refuses the connection (" + code + ")");
        return refused.or(() -> NetworkFault.words(failure, TRUST, OWN)).orElseGet(() -> other(chain, broker));
    }

    private static String other(List<Throwable> chain, Broker broker) {
        Throwable innermost = chain.get(chain.size() - 1);
        String message = innermost.getMessage() == null ? innermost.toString() : innermost.getMessage();
        boolean closed = message.contains("reset by peer")
                || chain.stream().anyMatch(ConnectionClosedException.class::isInstance);
        if (broker.transport().webSocket() && message.toLowerCase(Locale.ROOT).contains("handshake")) {
            return "there is no web socket for MQTT at " + broker.path() + " (" + message + "): is the path right?";
        }
        if (closed) {
            return "it closes the connection without an answer (" + message + "): " + questions(broker);
        }
        return message;
    }

    private static String questions(Broker broker) {
        boolean secure = broker.transport().secure();
        if (broker.transport().webSocket()) {
            return "is there a web socket"
                    + (secure ? " with TLS at this port? If so, " + OWN : " without TLS at this port?");
        }
        return secure ? "does it speak TLS at this port? If so, " + OWN : "does it want TLS at this port (mqtts, wss)?";
    }

    /** Whether an older version of MQTT is worth a try: the broker says so, or what it says is not MQTT 5. */
    static boolean mayKnowNoMqtt5(Throwable failure) {
        String older = Mqtt5ConnAckReasonCode.UNSUPPORTED_PROTOCOL_VERSION.name();
        return NetworkFault.chain(failure).stream()
                .anyMatch(each -> code(each).filter(older::equals).isPresent()
                        || (each instanceof Mqtt5DisconnectException)
                        || (each instanceof ConnectionClosedException)
                        || String.valueOf(each.getMessage())
                                .toLowerCase(Locale.ROOT)
                                .contains("decod"));
    }

    private static Optional<String> code(Throwable failure) {
        if (failure instanceof Mqtt5ConnAckException five) {
            return Optional.of(five.getMqttMessage().getReasonCode().name());
        }
        return failure instanceof Mqtt3ConnAckException three
                ? Optional.of(three.getMqttMessage().getReturnCode().name())
                : Optional.empty();
    }
}
