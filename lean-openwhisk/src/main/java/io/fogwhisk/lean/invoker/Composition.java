package io.fogwhisk.lean.invoker;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fogwhisk.lean.queue.Finished;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sequence or a conductor under way: what it ran so far, and what it and the compositions within it may still run.
 * One step at a time, so that its fields need no lock.
 */
final class Composition {

    private static final TextNode KIND = TextNode.valueOf(Exec.SEQUENCE);

    private final Call call;
    private final long start;
    private final Budget budget;
    private final Steps steps;
    private final List<String> ids = new ArrayList<>();
    private long duration;
    private int memoryMb;

    /** What was run, shared with the compositions within. */
    static final class Budget {
        private int components;
        private int conductors;
    }

    private Composition(Call call, long start, Budget budget, Steps steps) {
        this.call = call;
        this.start = start;
        this.budget = budget;
        this.steps = steps;
    }

    /** A composition that starts; a part of one of the same kind is charged to that one. */
    static Composition of(Call call, long start) {
        @Nullable Composition outer = call.composition();
        boolean charged = outer != null
                && outer.call.action().conductor() == call.action().conductor();
        return new Composition(
                call,
                start,
                outer != null && charged ? outer.budget : new Budget(),
                outer == null ? new Steps() : outer.steps);
    }

    Call call() {
        return call;
    }

    /** Charges a component; false if there may be no more. */
    boolean addComponent() {
        if (budget.components >= Exec.Sequence.MAX_ACTIONS) {
            return false;
        }
        budget.components++;
        return true;
    }

    /** Whether one more component may run. */
    boolean hasRoom() {
        return budget.components < Exec.Sequence.MAX_ACTIONS;
    }

    /** Charges a run of a conductor; false if there may be no more. */
    boolean addConductor() {
        if (budget.conductors > 2 * Exec.Sequence.MAX_ACTIONS) {
            return false;
        }
        budget.conductors++;
        return true;
    }

    /** Has a step done next; steps of a composition within this one included, never one inside the other. */
    void next(Runnable step) {
        steps.add(step);
    }

    /** The call of an action for this composition, or empty if it has run too many. */
    Optional<Call> component(ResolvedAction action, Value params) {
        Optional<ActivationId> id = call.run().nextId();
        return id.map(
                given -> new Call(call.run(), action, params, call.identity(), given, Optional.of(call.id()), this));
    }

    /** Notes what a component did. */
    void add(Finished finished, ResolvedAction action) {
        Activation activation = finished.activation();
        call.run().add(finished);
        ids.add(activation.id().hex());
        duration += activation.end().orElse(activation.start()) - activation.start();
        memoryMb = Math.max(memoryMb, action.action().limits().memoryMb());
    }

    /** The record of the composition itself. */
    Finished record(ActivationStatus status, Value result) {
        List<KeyValue> annotations = Records.annotations(call, start);
        Limits own = call.action().action().limits();
        if (memoryMb > 0) {
            Limits limits = new Limits(own.timeoutMillis(), memoryMb, own.logsMb(), own.concurrency());
            annotations = Records.replaced(annotations, new KeyValue("limits", limits.toJson()));
        }
        annotations.add(new KeyValue("topmost", BooleanNode.valueOf(call.composition() == null)));
        if (call.action().conductor()) {
            annotations = Records.replaced(annotations, new KeyValue("kind", KIND));
            annotations.add(new KeyValue("conductor", BooleanNode.TRUE));
        }
        return Records.finished(call, status, result, ids, start, start + duration, annotations);
    }
}
