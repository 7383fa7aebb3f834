package io.fogwhisk.lean.couch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** A request is refused, in CouchDB's form: a status, a word for programs and a sentence for people. */
final class CouchFault extends RuntimeException {

    private final int status;
    private final String error;

    CouchFault(int status, String error, String reason) {
        super(reason);
        this.status = status;
        this.error = error;
    }

    int status() {
        return status;
    }

    /** The body of the answer. */
    String json() {
        return json(error, String.valueOf(getMessage()));
    }

    /** The body of an answer that says what is wrong. */
    static String json(String error, String reason) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("error", error)
                .put("reason", reason)
                .toString();
    }

    static CouchFault notFound(String reason) {
        return new CouchFault(404, "not_found", reason);
    }

    static CouchFault badRequest(String reason) {
        return new CouchFault(400, "bad_request", reason);
    }

    static CouchFault forbidden(String reason) {
        return new CouchFault(403, "forbidden", reason);
    }

    static CouchFault notAllowed(String allowed) {
        return new CouchFault(405, "method_not_allowed", "Only " + allowed + " allowed");
    }
}
