package io.fogwhisk.bridge.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.Optional;

/**
 * The outcome of a call as the output of a lambda: {@code {"fogwhisk": 1, "statusCode": …, "body": …}}, where status
 * code and body are those of the OpenWhisk REST API. The first field tells an envelope from the output of an action.
 *
 * <ul>
 *   <li>202 {@code {"activationId": …}}: accepted; 204 without a body: a trigger without an active rule;
 *   <li>200, 502 and 500 with the activation's record: ended well, in an error of the action, of the platform;
 *   <li>4xx {@code {"error": …}}: rejected; 503 {@code {"error": …}}: unavailable.
 * </ul>
 */
public final class Envelope {

    private static final String START = "{\"fogwhisk\":1,";
    private static final String ACCEPTED = START + "\"statusCode\":202,\"body\":{\"activationId\":\"";
    private static final String ACCEPTED_END = "\"}}";
    private static final String NOTHING_TO_DO = START + "\"statusCode\":204}";
    private static final int ID_LENGTH = 32;

    private Envelope() {}

    /** Whether an output is an envelope. */
    public static boolean holds(String output) {
        return output.startsWith(START);
    }

    /** Writes an outcome. */
    public static String write(Outcome outcome) {
        if (outcome instanceof Outcome.Accepted accepted) {
            Optional<ActivationId> id = accepted.activationId();
            return id.isPresent() ? ACCEPTED + id.get().hex() + ACCEPTED_END : NOTHING_TO_DO;
        }
        if (outcome instanceof Outcome.Completed completed) {
            Activation activation = completed.activation();
            return write(statusCode(activation), activation.toJson());
        }
        if (outcome instanceof Outcome.Rejected rejected) {
            return write(rejected.statusCode(), error(rejected.message()));
        }
        Outcome.Unavailable unavailable = (Outcome.Unavailable) outcome;
        return write(unavailable.statusCode(), error(unavailable.message()));
    }

    /**
     * Reads an outcome.
     *
     * @throws WskException if the text is not an envelope
     */
    public static Outcome read(String output) {
        // Nearly every envelope is of this form, so it is not worth a parser.
        if (output.startsWith(ACCEPTED) && output.length() == ACCEPTED.length() + ID_LENGTH + ACCEPTED_END.length()) {
            String hex = output.substring(ACCEPTED.length(), ACCEPTED.length() + ID_LENGTH);
            return new Outcome.Accepted(Optional.of(new ActivationId(hex)));
        }
        if (output.equals(NOTHING_TO_DO)) {
            return new Outcome.Accepted(Optional.empty());
        }
        ObjectNode envelope = JsonObject.parse(output).tree();
        int statusCode = envelope.path("statusCode").asInt();
        ObjectNode body = envelope.path("body") instanceof ObjectNode object ? object : error("");
        if (statusCode == 202 && body.has("activationId")) {
            return new Outcome.Accepted(
                    Optional.of(new ActivationId(body.path("activationId").asText())));
        }
        if (statusCode == 204) {
            return new Outcome.Accepted(Optional.empty());
        }
        if (body.has("activationId") && body.has("response")) {
            return new Outcome.Completed(Activation.fromJson(body));
        }
        return failure(statusCode, body.path("error").asText("the OpenWhisk answered " + statusCode));
    }

    /** The outcome that a status code of the REST API other than success stands for. */
    public static Outcome failure(int statusCode, String message) {
        boolean later = statusCode == 408 || statusCode == 409 || statusCode == 429;
        if (statusCode >= 400 && statusCode < 500 && !later) {
            return new Outcome.Rejected(statusCode, message);
        }
        return statusCode == Outcome.TOO_MANY_REQUESTS || statusCode >= 500
                ? new Outcome.Unavailable(statusCode, message)
                : new Outcome.Unavailable(message);
    }

    /** The status code with which the REST API answers a blocking call. */
    public static int statusCode(Activation activation) {
        if (activation.status() == ActivationStatus.SUCCESS) {
            return 200;
        }
        return activation.status() == ActivationStatus.INTERNAL_ERROR ? 500 : 502;
    }

    private static String write(int statusCode, ObjectNode body) {
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        envelope.put("fogwhisk", 1).put("statusCode", statusCode).set("body", body);
        return JsonObject.adopt(envelope).text();
    }

    private static ObjectNode error(String message) {
        return JsonNodeFactory.instance.objectNode().put("error", message);
    }
}
