package io.fogwhisk.lean.invoker;

import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.action.InProcessAction;
import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The code of the actions that came with the program, found by what their exec says. Immutable. */
public final class BuiltInActions {

    /** The kind of an action that came with the program; nobody can create one over REST. */
    public static final String KIND = "java:builtin";

    /** The namespace they are installed in. */
    public static final String NAMESPACE = "whisk.system";

    private final Map<String, InProcessAction> code = new HashMap<>();

    /** The actions of some packages. */
    public BuiltInActions(List<BuiltInPackage> packages) {
        for (BuiltInPackage pkg : packages) {
            for (BuiltInPackage.BuiltInAction action : pkg.actions()) {
                code.put(name(pkg, action).toString(), action.code());
            }
        }
    }

    /** What an action of a package is called. */
    public static QualifiedName name(BuiltInPackage pkg, BuiltInPackage.BuiltInAction action) {
        return QualifiedName.of(NAMESPACE, pkg.name(), action.name());
    }

    /** The exec of an action of a package. */
    public static Exec exec(BuiltInPackage pkg, BuiltInPackage.BuiltInAction action) {
        return new Exec.Code(KIND, new ActionCode.Inline(name(pkg, action).toString()), false, Optional.empty());
    }

    /** The code that an exec names, or null if it is not of this kind or the program has no such action any more. */
    public @Nullable InProcessAction find(Exec exec) {
        return exec instanceof Exec.Code named
                        && named.kind().equals(KIND)
                        && named.code() instanceof ActionCode.Inline inline
                ? code.get(inline.text())
                : null;
    }
}
