package io.fogwhisk.lean.invoker;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fogwhisk.lean.identity.NamespaceLimits;
import io.fogwhisk.lean.queue.Entry;
import io.fogwhisk.lean.queue.Finished;
import io.fogwhisk.lean.queue.Invocation;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Makes the records of activations. */
final class Records {

    static final KeyValue TIMED_OUT = new KeyValue("timeout", BooleanNode.TRUE);
    static final KeyValue IN_TIME = new KeyValue("timeout", BooleanNode.FALSE);

    /** The longest result, as UTF-16 units of its JSON; OpenWhisk has the same number of bytes. */
    private static final int MAX_RESULT = 1_048_576;

    private static final KeyValue CAUSED_BY_SEQUENCE = new KeyValue("causedBy", TextNode.valueOf("sequence"));

    private Records() {}

    /**
     * The record of code that ran.
     *
     * @param initMillis how long its start took, if it had to be started
     */
    static Finished ran(
            Call call,
            ActivationStatus status,
            Value result,
            List<String> logs,
            long start,
            long end,
            OptionalLong initMillis,
            boolean timedOut) {
        int length = result.text().length();
        if (length > MAX_RESULT) {
            Value tooLong = Value.error("The action produced a response that exceeded the allowed length: " + length
                    + " > " + MAX_RESULT + " bytes.");
            return ran(call, ActivationStatus.APPLICATION_ERROR, tooLong, logs, start, end, initMillis, timedOut);
        }
        List<KeyValue> annotations = annotations(call, start);
        initMillis.ifPresent(millis -> annotations.add(new KeyValue("initTime", LongNode.valueOf(millis))));
        annotations.add(timedOut ? TIMED_OUT : IN_TIME);
        return finished(call, status, result, logs, start, end, annotations);
    }

    static Finished finished(
            Call call,
            ActivationStatus status,
            Value result,
            List<String> logs,
            long start,
            long end,
            List<KeyValue> annotations) {
        Activation activation = new Activation(
                call.id(),
                call.identity().namespace(),
                call.action().action().name().name(),
                call.action().action().version().toString(),
                call.identity().subject(),
                start,
                OptionalLong.of(Math.max(start, end)),
                call.cause(),
                annotations,
                logs,
                status,
                result.node());
        return new Finished(activation, call.action().listName(), result.text());
    }

    /** The annotations that every activation of an action has; the caller may add to them. */
    static List<KeyValue> annotations(Call call, long start) {
        List<KeyValue> annotations = new ArrayList<>(call.action().annotations());
        long waited = Math.max(0, start - call.entry().stamp().millis());
        annotations.add(new KeyValue("waitTime", LongNode.valueOf(waited)));
        if (call.composition() != null) {
            annotations.add(CAUSED_BY_SEQUENCE);
        }
        return annotations;
    }

    /** The record of a trigger, or of an entry that cannot be run. */
    static Finished entry(
            Entry entry, String subject, String version, ActivationStatus status, Value result, List<String> logs) {
        Invocation invocation = entry.invocation();
        QualifiedName target = invocation.target();
        long start = entry.stamp().millis();
        Activation activation = new Activation(
                entry.stamp().id(0),
                invocation.namespace(),
                target.name(),
                version,
                subject,
                start,
                invocation.fire() ? OptionalLong.empty() : OptionalLong.of(start),
                invocation.origin().cause(),
                List.of(),
                logs,
                status,
                result.node());
        return new Finished(activation, target.nameInNamespace(), result.text());
    }

    /** Those of some records that a namespace wants stored. */
    static List<Finished> stored(List<Finished> records, NamespaceLimits limits) {
        return switch (limits.storeActivations()) {
            case ALL -> records;
            case FAILURES ->
                records.stream()
                        .filter(record -> !record.activation().success())
                        .toList();
            case NONE -> List.of();
        };
    }

    /** Annotations with the one of the same key replaced. */
    static List<KeyValue> replaced(List<KeyValue> annotations, KeyValue by) {
        List<KeyValue> changed = new ArrayList<>(annotations.size());
        annotations.forEach(annotation -> changed.add(annotation.key().equals(by.key()) ? by : annotation));
        return changed;
    }
}
