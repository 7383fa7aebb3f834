package io.fogwhisk.lean.rest;

import io.fogwhisk.lean.invoker.ActionResolver;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.List;

/** Checks a sequence before it is stored: its components exist, may be used, are not too many, and lead to an end. */
final class SequenceCheck {

    private final ActionResolver resolver;
    private final Entitlement entitlement;

    SequenceCheck(ActionResolver resolver, Entitlement entitlement) {
        this.resolver = resolver;
        this.entitlement = entitlement;
    }

    /**
     * The sequence with {@code _} resolved.
     *
     * @param name of the sequence
     * @throws LeanException 400 or 403
     */
    Exec.Sequence checked(Exec.Sequence sequence, QualifiedName name) {
        String caller = name.namespace();
        List<QualifiedName> components = sequence.components().stream()
                .map(component -> component.resolve(caller))
                .toList();
        components.forEach(component -> entitlement.checkAction(caller, component));
        count(components, name, 0, 0);
        return new Exec.Sequence(components);
    }

    private int count(List<QualifiedName> components, QualifiedName name, int before, int depth) {
        // A binding that was led elsewhere may have closed a circle among sequences that were none when they were put.
        if (depth > Exec.Sequence.MAX_ACTIONS) {
            throw tooMany();
        }
        int count = before;
        for (QualifiedName component : components) {
            if (component.equals(name)) {
                throw new LeanException(400, "Sequence may not refer to itself.");
            }
            ActionResolver.Inherited found = resolver.find(component)
                    .orElseThrow(() -> new LeanException(400, "Sequence component does not exist."));
            if (found.action().name().equals(name)) {
                throw new LeanException(400, "Sequence may not refer to itself.");
            }
            count = found.action().exec() instanceof Exec.Sequence inner
                    ? count(inner.components(), name, count, depth + 1)
                    : count + 1;
            if (count > Exec.Sequence.MAX_ACTIONS) {
                throw tooMany();
            }
        }
        return count;
    }

    private static LeanException tooMany() {
        return new LeanException(400, "Too many actions in the sequence.");
    }
}
