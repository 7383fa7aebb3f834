package io.fogwhisk.lean.store;

import io.fogwhisk.wsk.model.Binding;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskPackage;

/**
 * Who may use what: a namespace its own entities, and everybody the packages that are published, with their actions.
 * Thread-safe.
 */
public final class Entitlement {

    private final EntityStore entities;

    /** The rights over a store's entities. */
    public Entitlement(EntityStore entities) {
        this.entities = entities;
    }

    /**
     * Refuses the use of an action, unless the caller may.
     *
     * @param caller a namespace
     * @throws LeanException 403, also for what does not exist in a foreign namespace
     */
    public void checkAction(String caller, QualifiedName action) {
        boolean may = action.packageName().isPresent()
                ? mayUsePackage(caller, action.namespace(), action.packageName().get())
                : caller.equals(action.namespace());
        if (!may) {
            throw LeanException.notAuthorized(action.path() + "/" + action.name());
        }
    }

    /**
     * Refuses the use of a package, unless the caller may.
     *
     * @throws LeanException 403, also for what does not exist in a foreign namespace
     */
    public void checkPackage(String caller, String namespace, String pkg) {
        if (!mayUsePackage(caller, namespace, pkg)) {
            throw LeanException.notAuthorized(namespace + "/" + pkg);
        }
    }

    /**
     * Refuses a namespace that is not the caller's.
     *
     * @param what the caller asked for, for the message
     * @throws LeanException 403
     */
    public void checkOwner(String caller, String namespace, String what) {
        if (!caller.equals(namespace)) {
            throw LeanException.notAuthorized(what);
        }
    }

    private boolean mayUsePackage(String caller, String namespace, String pkg) {
        WhiskPackage found = entities.packageOf(namespace, pkg);
        if (!caller.equals(namespace) && (found == null || !found.publish())) {
            return false;
        }
        if (found == null || found.binding().isEmpty()) {
            return true;
        }
        // A binding cannot be bound again, so this goes one step deep.
        Binding provider = found.binding().get();
        WhiskPackage target = entities.packageOf(provider.namespace(), provider.name());
        return caller.equals(provider.namespace()) || target == null || target.publish();
    }
}
