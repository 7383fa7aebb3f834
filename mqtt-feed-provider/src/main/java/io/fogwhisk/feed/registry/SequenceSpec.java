package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the messages of a feed say which number they are, so that what is missing can be counted.
 *
 * @param field the field of the JSON payload that holds a whole number, which grows by one with each message of a device
 * @param by the field that names the device; empty if each topic is one
 */
public record SequenceSpec(String field, Optional<String> by) {

    private static final String SEQ = "seq";
    private static final String SEQ_BY = "seqBy";
    private static final int MAX_LENGTH = 256;

    /** Checks the lengths. */
    public SequenceSpec {
        Objects.requireNonNull(by, "by is null");
        check(SEQ, field);
        by.ifPresent(name -> check(SEQ_BY, name));
    }

    /**
     * Reads {@code {[seq[, seqBy]]}}; empty without.
     *
     * @throws FeedException if a parameter is wrong
     */
    static Optional<SequenceSpec> of(Parameters parameters) {
        String field = parameters.text(SEQ, "");
        Optional<String> by = Optional.of(parameters.text(SEQ_BY, "")).filter(name -> !name.isEmpty());
        if (field.isEmpty()) {
            if (by.isPresent()) {
                throw new FeedException("seqBy '" + by.get() + "' needs seq, the field that holds the number");
            }
            return Optional.empty();
        }
        return Optional.of(new SequenceSpec(field, by));
    }

    /** Adds the parameters that made it. */
    void addTo(ObjectNode json) {
        json.put(SEQ, field);
        by.ifPresent(name -> json.put(SEQ_BY, name));
    }

    private static void check(String parameter, String name) {
        if (name.isBlank() || name.length() > MAX_LENGTH) {
            throw new FeedException(parameter + " must name a field, in 1 to " + MAX_LENGTH + " characters, was '"
                    + name.substring(0, Math.min(name.length(), MAX_LENGTH)) + "'");
        }
    }
}
