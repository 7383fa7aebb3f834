package io.fogwhisk.lean.invoker;

import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.QualifiedName;

/**
 * The lines in a trigger's activation, one JSON text per rule. Names and our own messages hold nothing that JSON would
 * have to escape.
 */
final class RuleLog {

    private RuleLog() {}

    static String activated(String rule, QualifiedName action, ActivationId id) {
        return "{\"statusCode\":0,\"success\":true,\"activationId\":\"" + id.hex() + "\",\"rule\":\"" + rule
                + "\",\"action\":\"" + path(action) + "\"}";
    }

    static String refused(String rule, QualifiedName action, String why) {
        return "{\"statusCode\":" + ActivationStatus.APPLICATION_ERROR.code() + ",\"success\":false,\"rule\":\"" + rule
                + "\",\"error\":\"" + why + "\",\"action\":\"" + path(action) + "\"}";
    }

    static String inactive(String rule, QualifiedName action) {
        return "Rule '" + rule + "' is inactive, action '" + path(action) + "' was not activated.";
    }

    private static String path(QualifiedName action) {
        return action.path() + "/" + action.name();
    }
}
