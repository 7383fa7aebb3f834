package io.fogwhisk.lean.runtime;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.wsk.model.ActivationStatus;
import java.io.IOException;
import java.util.Objects;

/**
 * What a child's answer means, with OpenWhisk's own words.
 *
 * @param status of the activation
 * @param result JSON
 */
record ActivationResponse(ActivationStatus status, String result) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String ERROR = "error";

    /** Checks for null. */
    ActivationResponse {
        Objects.requireNonNull(status, "status is null");
        Objects.requireNonNull(result, "result is null");
    }

    /** Whether the child that answered can go on. */
    boolean keepsChild() {
        return status == ActivationStatus.SUCCESS || status == ActivationStatus.APPLICATION_ERROR;
    }

    /** What the developer of the action has to mend. */
    static ActivationResponse developerError(String message) {
        return new ActivationResponse(ActivationStatus.DEVELOPER_ERROR, error(message));
    }

    /** What the machine failed at. */
    static ActivationResponse internalError(String message) {
        return new ActivationResponse(ActivationStatus.INTERNAL_ERROR, error(message));
    }

    /**
     * The time was over.
     *
     * @param millis the limit
     * @param initializing whether the code was still being loaded
     */
    static ActivationResponse timedOut(int millis, boolean initializing) {
        return developerError("The action exceeded its time limits of " + millis + " milliseconds"
                + (initializing ? " during initialization." : "."));
    }

    /** Why loading the code failed. */
    static ActivationResponse ofFailedInit(ChildAnswer answer) {
        if (answer instanceof ChildAnswer.Answered answered) {
            return withErrorOf(answered.body(), "The action failed during initialization");
        }
        if (answer instanceof ChildAnswer.TooLong tooLong) {
            return developerError(tooLong(tooLong));
        }
        return ended(answer, "The action did not initialize and exited unexpectedly.");
    }

    /** What a run came to. */
    static ActivationResponse ofRun(ChildAnswer answer) {
        if (answer instanceof ChildAnswer.Answered answered) {
            return answered.ok()
                    ? ofResult(answered.body())
                    : withErrorOf(answered.body(), "The action did not produce a valid JSON or JSON Array response");
        }
        if (answer instanceof ChildAnswer.TooLong tooLong) {
            return new ActivationResponse(ActivationStatus.APPLICATION_ERROR, error(tooLong(tooLong)));
        }
        return ended(answer, "The action did not produce a valid response and exited unexpectedly.");
    }

    private static ActivationResponse ofResult(String body) {
        try (JsonParser parser = JSON.createParser(body)) {
            JsonToken first = parser.nextToken();
            boolean error = false;
            if (first == JsonToken.START_OBJECT) {
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    error |= parser.currentName().equals(ERROR);
                    parser.nextToken();
                    parser.skipChildren();
                }
            } else if (first == JsonToken.START_ARRAY) {
                parser.skipChildren();
            } else {
                return invalid(body);
            }
            if (parser.nextToken() != null) {
                return invalid(body);
            }
            return error ? applicationError(body) : new ActivationResponse(ActivationStatus.SUCCESS, body);
        } catch (IOException e) {
            return invalid(body);
        }
    }

    /** Beside its error nothing of the result counts. */
    private static ActivationResponse applicationError(String body) throws IOException {
        JsonNode result = MAPPER.readTree(body);
        String only = result.size() == 1
                ? body
                : MAPPER.createObjectNode().set(ERROR, result.path(ERROR)).toString();
        return new ActivationResponse(ActivationStatus.APPLICATION_ERROR, only);
    }

    private static ActivationResponse invalid(String body) {
        return developerError("The action did not produce a valid JSON or JSON Array response"
                + (body.isEmpty() ? "." : ": " + body));
    }

    private static ActivationResponse withErrorOf(String body, String otherwise) {
        try {
            JsonNode error = MAPPER.readTree(body).path(ERROR);
            if (!error.isMissingNode()) {
                return new ActivationResponse(
                        ActivationStatus.DEVELOPER_ERROR,
                        MAPPER.createObjectNode().set(ERROR, error).toString());
            }
        } catch (IOException e) {
            return developerError(otherwise + ": " + body);
        }
        return developerError(otherwise + (body.isEmpty() ? "." : ": " + body));
    }

    private static ActivationResponse ended(ChildAnswer answer, String otherwise) {
        boolean outOfMemory = answer instanceof ChildAnswer.Ended ended && ended.outOfMemory();
        return developerError(outOfMemory ? "The action exhausted its memory and was aborted." : otherwise);
    }

    private static String tooLong(ChildAnswer.TooLong answer) {
        return "The action produced a response that exceeded the allowed length: " + answer.bytes() + " > "
                + ChildAnswer.MAX_BYTES + " bytes.";
    }

    private static String error(String message) {
        StringBuilder json = new StringBuilder(message.length() + 16).append("{\"error\":\"");
        JsonStringEncoder.getInstance().quoteAsString(message, json);
        return json.append("\"}").toString();
    }
}
