package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a trigger gets of the messages of its feed. With the default, {@code {"type":"message","body":"..."}}, actions
 * written for the first MQTT feeds of OpenWhisk run unmodified.
 *
 * @param body how the payload is written
 * @param details what else is told of a message
 * @param batch empty for one message per fire
 * @param status whether {@code {"type":"status","body":"connected"}} or {@code "disconnected"} is fired as well
 */
public record PayloadFormat(Body body, Set<Detail> details, Optional<Batch> batch, boolean status) {

    /** One message per fire, its text, and nothing else. */
    public static final PayloadFormat DEFAULT =
            new PayloadFormat(Body.TEXT, EnumSet.noneOf(Detail.class), Optional.empty(), false);

    private static final String FORMAT = "format";
    private static final String INCLUDE = "include";
    private static final String BATCH = "batch";
    private static final String BATCH_BYTES = "batchBytes";
    private static final String BATCH_LINGER = "batchLinger";
    private static final String STATUS = "status";
    private static final String ALL = "all";

    /** How a payload is written. */
    public enum Body {
        /** As the text that it is in UTF-8. */
        TEXT,
        /** As the JSON value that it is. */
        JSON,
        /** In Base64, whatever it is. */
        BASE64
    }

    /** What else can be told of a message. */
    public enum Detail {
        /** {@code topic}: where it was published to. */
        TOPIC,
        /** {@code qos}: 0, 1 or 2. */
        QOS,
        /** {@code retain}: whether the broker had kept it from before the subscription. */
        RETAIN,
        /** {@code properties}: those of MQTT 5. */
        PROPERTIES,
        /** {@code time}: when it was received, milliseconds since the epoch. */
        TIME
    }

    /**
     * Several messages in one fire, {@code {"messages":[...]}}: those that arrived while the fire before was under way.
     *
     * @param count the most messages
     * @param bytes the most bytes of the fire's JSON; a single message may be larger
     * @param linger how long the first message waits for others when nothing is under way; zero for not at all
     */
    public record Batch(int count, int bytes, Duration linger) {

        /** The most messages in one fire. */
        public static final int MAX_COUNT = 10_000;

        /** The largest fire, in bytes: an OpenWhisk takes 1 MiB. */
        public static final int MAX_BYTES = 1_000_000;

        /** What OpenWhisk's Kafka feed limits its fires to. */
        public static final int DEFAULT_BYTES = 900_000;

        private static final long MAX_LINGER_MILLIS = 60_000;

        /** Checks the ranges. */
        public Batch {
            Objects.requireNonNull(linger, "linger is null");
            if (count < 2 || count > MAX_COUNT || bytes < 1 || bytes > MAX_BYTES || linger.isNegative()) {
                throw new IllegalArgumentException("count, bytes or linger out of range");
            }
        }
    }

    /** Copies the set. */
    public PayloadFormat {
        Objects.requireNonNull(body, "body is null");
        Objects.requireNonNull(batch, "batch is null");
        details = Set.copyOf(details);
    }

    /**
     * Reads {@code {[format, include, batch, batchBytes, batchLinger, status]}}.
     *
     * @throws FeedException if a parameter is wrong
     */
    static PayloadFormat of(Parameters parameters) {
        long count = parameters.number(BATCH, 1, 1, Batch.MAX_COUNT);
        long bytes = parameters.number(BATCH_BYTES, Batch.DEFAULT_BYTES, 1, Batch.MAX_BYTES);
        long linger = parameters.number(BATCH_LINGER, 0, 0, Batch.MAX_LINGER_MILLIS);
        return new PayloadFormat(
                body(parameters.text(FORMAT, "text")),
                details(parameters.texts(INCLUDE)),
                count == 1
                        ? Optional.empty()
                        : Optional.of(new Batch((int) count, (int) bytes, Duration.ofMillis(linger))),
                parameters.flag(STATUS));
    }

    /** Adds the parameters that made it, but for those that are the default. */
    void addTo(ObjectNode json) {
        if (body != Body.TEXT) {
            json.put(FORMAT, body.name().toLowerCase(Locale.ROOT));
        }
        if (!details.isEmpty()) {
            ArrayNode list = json.putArray(INCLUDE);
            details.stream().sorted().forEach(detail -> list.add(detail.name().toLowerCase(Locale.ROOT)));
        }
        batch.ifPresent(several -> json.put(BATCH, several.count)
                .put(BATCH_BYTES, several.bytes)
                .put(BATCH_LINGER, several.linger.toMillis()));
        if (status) {
            json.put(STATUS, true);
        }
    }

    private static Body body(String text) {
        for (Body body : Body.values()) {
            if (body.name().equalsIgnoreCase(text)) {
                return body;
            }
        }
        throw new FeedException(FORMAT + " must be text, json or base64, was '" + text + "'");
    }

    private static Set<Detail> details(List<String> texts) {
        Set<Detail> details = EnumSet.noneOf(Detail.class);
        for (String text : texts) {
            if (text.equalsIgnoreCase(ALL)) {
                details.addAll(EnumSet.allOf(Detail.class));
            } else {
                details.add(detail(text));
            }
        }
        return details;
    }

    private static Detail detail(String text) {
        for (Detail detail : Detail.values()) {
            if (detail.name().equalsIgnoreCase(text)) {
                return detail;
            }
        }
        throw new FeedException(
                INCLUDE + " must be all, or some of topic, qos, retain, properties and time, was '" + text + "'");
    }
}
