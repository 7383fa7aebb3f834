package io.fogwhisk.edge.computer;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.Endpoint;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.workflow.Workflow;

/** Why a computer refuses a request before it looks at the lambda; in the words of foreign nodes where they have some. */
final class Refusal {

    private Refusal() {}

    /** Why a request is refused, or empty. */
    static String of(LambdaRequest request, Asynchrony asynchrony) {
        if (request.getName().isEmpty()) {
            return "cannot request execution of a lambda with empty name";
        }
        boolean several = Workflow.isIn(request);
        if (!several && request.getCallback().isEmpty()) {
            return "";
        }
        int size = 1;
        if (several) {
            Workflow workflow;
            try {
                workflow = Workflow.fromProto(request);
            } catch (EdgeException e) {
                String message = String.valueOf(e.getMessage());
                return message.startsWith("Cannot ") ? message : invalid(request, message);
            }
            size = workflow.size();
            if (request.getNextFunctionIndex() < 0 || request.getNextFunctionIndex() >= size) {
                return "Out-of-range function execution requested in a chain";
            }
            if (size > 1 && request.getCallback().isEmpty()) {
                return "Cannot handle multiple functions without a callback in the request";
            }
            if (size > 1
                    && workflow instanceof Workflow.Dag
                    && request.getUuid().isEmpty()) {
                return "Cannot execute a DAG without a UUID in the request";
            }
        }
        return request.getCallback().isEmpty() ? "" : ofAsynchronous(request, asynchrony, size);
    }

    private static String ofAsynchronous(LambdaRequest request, Asynchrony asynchrony, int size) {
        if (!asynchrony.accepted()) {
            return "Cannot handle an asynchronous function invocation";
        }
        if (size > 1 && asynchrony.companion().isEmpty()) {
            return "Cannot handle multiple functions without a companion: this computer does not know where to send the"
                    + " next one";
        }
        try {
            Endpoint.parse(request.getCallback());
            if (!request.getJoinEndpoint().isEmpty()) {
                Endpoint.parse(request.getJoinEndpoint());
            }
        } catch (EdgeException e) {
            return invalid(request, String.valueOf(e.getMessage()));
        }
        return "";
    }

    private static String invalid(LambdaRequest request, String message) {
        return "invalid '" + request.getName() + "' request: " + message;
    }
}
