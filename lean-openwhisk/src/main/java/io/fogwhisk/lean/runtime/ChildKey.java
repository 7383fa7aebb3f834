package io.fogwhisk.lean.runtime;

import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.SemVer;
import java.util.Map;

/**
 * What requests must have in common to share a child.
 *
 * @param namespace of the invoker
 * @param action its name
 * @param version of the action
 * @param updated when it was put; a deleted action may come back with the same version
 * @param memoryMb its memory limit
 * @param env what the code finds in its environment
 */
record ChildKey(
        String namespace, QualifiedName action, SemVer version, long updated, int memoryMb, Map<String, String> env) {

    /** The key of a request. */
    static ChildKey of(RunRequest request) {
        return new ChildKey(
                request.namespace(),
                request.action().name(),
                request.action().version(),
                request.action().updated(),
                request.action().limits().memoryMb(),
                request.env());
    }

    /** Whether the other one is for an older state of the same action. */
    boolean replaces(ChildKey other) {
        return updated > other.updated && action.equals(other.action);
    }
}
