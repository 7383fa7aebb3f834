package io.fogwhisk.feed.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** An answer: a status code and a JSON body. */
record Reply(int status, JsonNode body) {

    static Reply ok(JsonNode body) {
        return new Reply(200, body);
    }

    static Reply error(int status, String message) {
        return new Reply(status, JsonNodeFactory.instance.objectNode().put("error", message));
    }
}
