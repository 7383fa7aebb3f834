package io.fogwhisk.wsk;

import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Set;

/** Lists what an OpenWhisk can be asked to do, for those that route calls to it. Thread-safe. */
public interface EntityListing {

    /** Every trigger of every namespace. */
    Set<QualifiedName> triggers();

    /** Every action of every namespace, under each name it can be invoked by: also through package bindings. */
    Set<QualifiedName> actions();

    /** Those of the actions that are web actions, which anybody may ask for. */
    Set<QualifiedName> webActions();

    /**
     * Calls a listener after every change of the lists, on a thread of the implementation; the listener must be short
     * and must not block.
     *
     * @return closing it ends the calls; its close throws nothing
     */
    Registration onChange(Runnable listener);

    /** A listener's registration. */
    @FunctionalInterface
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
