package io.fogwhisk.feed.trigger;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What MQTT 5 lets a publisher say about a message (MQTT 5.0, section 3.3.2.3).
 *
 * @param user pairs of a name and a value, in the order published; a name may come more than once
 * @param contentType what the payload is
 * @param responseTopic where an answer is expected
 * @param correlationData tells which request an answer belongs to; not to be changed
 * @param expirySeconds how much longer the message is of use, 0 to 4294967295
 */
public record MessageProperties(
        List<Pair> user,
        Optional<String> contentType,
        Optional<String> responseTopic,
        Optional<byte[]> correlationData,
        OptionalLong expirySeconds) {

    /** Nothing said, as by a publisher that speaks MQTT 3.1.1. */
    public static final MessageProperties EMPTY = new MessageProperties(
            List.of(), Optional.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty());

    /** A user property. */
    public record Pair(String name, String value) {
        /** Checks for null. */
        public Pair {
            Objects.requireNonNull(name, "name is null");
            Objects.requireNonNull(value, "value is null");
        }
    }

    /** Checks for null and copies the list. */
    public MessageProperties {
        user = List.copyOf(user);
        Objects.requireNonNull(contentType, "contentType is null");
        Objects.requireNonNull(responseTopic, "responseTopic is null");
        Objects.requireNonNull(correlationData, "correlationData is null");
        Objects.requireNonNull(expirySeconds, "expirySeconds is null");
    }

    /** Whether nothing is said. */
    public boolean isEmpty() {
        return user.isEmpty()
                && contentType.isEmpty()
                && responseTopic.isEmpty()
                && correlationData.isEmpty()
                && expirySeconds.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MessageProperties that
                && user.equals(that.user)
                && contentType.equals(that.contentType)
                && responseTopic.equals(that.responseTopic)
                && Arrays.equals(correlationData.orElse(null), that.correlationData.orElse(null))
                && expirySeconds.equals(that.expirySeconds);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                user, contentType, responseTopic, Arrays.hashCode(correlationData.orElse(null)), expirySeconds);
    }
}
