package io.fogwhisk.bridge.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fogwhisk.bridge.wire.Envelope;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes an outcome of what an edge computer answered for an action. Ours answer with an envelope; foreign ones have run
 * the action to its end and tell only the text in its field {@code payload}, so that there is no record of it anywhere
 * and the one returned here is made up from what is known.
 */
record ForeignAnswer(String namespace, QualifiedName action, long startedAt) {

    private static final String HTTP = "unexpected HTTP response: ";
    private static final String NO_PAYLOAD = "unexpected body: ";
    private static final String NO_CONTAINER = "No container for lambda ";

    Outcome outcome(LambdaResult result) {
        if (result instanceof LambdaResult.Done done) {
            if (Envelope.holds(done.output())) {
                return BridgeOpenWhisk.opened(done);
            }
            return completed(
                    ActivationStatus.SUCCESS,
                    JsonNodeFactory.instance.objectNode().put("payload", done.output()));
        }
        String retcode = ((LambdaResult.Failed) result).retcode();
        if (Retcode.saysUnavailable(retcode)) {
            return DomainClient.unavailable(retcode);
        }
        Optional<Integer> statusCode = statusCode(retcode);
        boolean ran = retcode.startsWith(NO_PAYLOAD) || statusCode.equals(Optional.of(502));
        if (ran) {
            return completed(
                    ActivationStatus.APPLICATION_ERROR,
                    JsonNodeFactory.instance.objectNode().put("error", retcode));
        }
        if (statusCode.equals(Optional.of(202))) {
            return new Outcome.Accepted(Optional.empty());
        }
        return statusCode.map(code -> Envelope.failure(code, retcode)).orElse(new Outcome.Unavailable(retcode));
    }

    /** The status code of the REST API that a retcode tells of. */
    static Optional<Integer> statusCode(String retcode) {
        if (retcode.startsWith(NO_CONTAINER)) {
            return Optional.of(404);
        }
        if (!retcode.startsWith(HTTP)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Integer.parseInt(retcode.substring(HTTP.length()).trim()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private Outcome completed(ActivationStatus status, ObjectNode result) {
        long now = System.currentTimeMillis();
        String id = String.format(
                Locale.ROOT,
                "%016x%016x",
                now << 16,
                ThreadLocalRandom.current().nextLong());
        String path = action.path() + "/" + action.name();
        return new Outcome.Completed(new Activation(
                new ActivationId(id),
                namespace,
                action.name(),
                "0.0.1",
                namespace,
                startedAt,
                OptionalLong.of(now),
                Optional.empty(),
                List.of(new KeyValue("path", TextNode.valueOf(path))),
                List.of(),
                status,
                result));
    }
}
