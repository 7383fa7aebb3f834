package io.fogwhisk.lean;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fogwhisk.lean.invoker.BuiltInActions;
import io.fogwhisk.lean.store.EntityChange;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskPackage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Declares the packages that came with the program in {@code whisk.system}. What is there already and the same is left
 * alone, so that versions count changes and not starts; actions that the program has no more are deleted.
 */
final class BuiltInInstaller {

    private final EntityStore entities;
    private final Clock clock;

    BuiltInInstaller(EntityStore entities, Clock clock) {
        this.entities = entities;
        this.clock = clock;
    }

    void install(List<BuiltInPackage> packages) {
        entities.change(change -> {
            Set<QualifiedName> wanted = new HashSet<>();
            for (BuiltInPackage pkg : packages) {
                install(change, pkg);
                for (BuiltInPackage.BuiltInAction action : pkg.actions()) {
                    wanted.add(BuiltInActions.name(pkg, action));
                    install(change, pkg, action);
                }
            }
            for (WhiskAction action : entities.inNamespace(WhiskAction.class, BuiltInActions.NAMESPACE)) {
                if (action.exec().kind().equals(BuiltInActions.KIND) && !wanted.contains(action.name())) {
                    change.delete(action);
                }
            }
            return true;
        });
    }

    private void install(EntityChange change, BuiltInPackage pkg) {
        QualifiedName name = QualifiedName.of(BuiltInActions.NAMESPACE, pkg.name());
        WhiskPackage old = entities.packageOf(BuiltInActions.NAMESPACE, pkg.name());
        if (old != null
                && old.publish()
                && old.parameters().equals(pkg.parameters())
                && old.annotations().equals(pkg.annotations())) {
            return;
        }
        change.put(new WhiskPackage(
                name,
                old == null ? SemVer.FIRST : old.version().next(),
                true,
                pkg.annotations(),
                clock.millis(),
                pkg.parameters(),
                Optional.empty()));
    }

    private void install(EntityChange change, BuiltInPackage pkg, BuiltInPackage.BuiltInAction action) {
        QualifiedName name = BuiltInActions.name(pkg, action);
        List<KeyValue> annotations = new ArrayList<>(action.annotations());
        annotations.add(new KeyValue("provide-api-key", JsonNodeFactory.instance.booleanNode(false)));
        annotations.add(new KeyValue("exec", JsonNodeFactory.instance.textNode(BuiltInActions.KIND)));
        WhiskAction old = entities.action(name.path(), name.name());
        if (old != null
                && old.annotations().equals(annotations)
                && old.exec().equals(BuiltInActions.exec(pkg, action))) {
            return;
        }
        change.put(new WhiskAction(
                name,
                old == null ? SemVer.FIRST : old.version().next(),
                false,
                annotations,
                clock.millis(),
                old == null ? List.of() : old.parameters(),
                BuiltInActions.exec(pkg, action),
                old == null ? Limits.DEFAULT : old.limits()));
    }
}
