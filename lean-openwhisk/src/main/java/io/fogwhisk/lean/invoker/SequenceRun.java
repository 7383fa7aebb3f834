package io.fogwhisk.lean.invoker;

import io.fogwhisk.lean.queue.Finished;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A sequence under way: each component on the result of the one before, until one fails. */
final class SequenceRun {

    private final ActionRunner runner;
    private final ActionResolver resolver;
    private final Composition composition;
    private final List<QualifiedName> components;
    private final Consumer<Finished> done;
    private int position;

    SequenceRun(
            ActionRunner runner,
            ActionResolver resolver,
            Composition composition,
            List<QualifiedName> components,
            Consumer<Finished> done) {
        this.runner = runner;
        this.resolver = resolver;
        this.composition = composition;
        this.components = components;
        this.done = done;
    }

    void start() {
        composition.next(() -> next(composition.call().params()));
    }

    private void next(Value input) {
        ResolvedAction action = resolver.resolve(components.get(position));
        if (action == null) {
            fail("Sequence component does not exist.");
            return;
        }
        // A sequence within this one is charged for what it runs itself.
        boolean nested = !action.conductor() && action.composition();
        Optional<Call> call =
                nested || composition.addComponent() ? composition.component(action, input) : Optional.empty();
        if (call.isEmpty()) {
            fail("Too many actions in the sequence.");
            return;
        }
        position++;
        runner.run(call.get(), finished -> composition.next(() -> ran(finished, action)));
    }

    private void ran(Finished finished, ResolvedAction action) {
        composition.add(finished, action);
        Value result = Value.of(finished);
        if (finished.activation().success() && position < components.size()) {
            next(result);
        } else {
            done.accept(composition.record(finished.activation().status(), result));
        }
    }

    private void fail(String why) {
        done.accept(composition.record(ActivationStatus.APPLICATION_ERROR, Value.error(why)));
    }
}
