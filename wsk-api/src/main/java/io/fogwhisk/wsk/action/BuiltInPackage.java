package io.fogwhisk.wsk.action;

import io.fogwhisk.wsk.model.EntityName;
import io.fogwhisk.wsk.model.KeyValue;
import java.util.List;
import java.util.Objects;

/**
 * A package that a lean OpenWhisk installs in {@code whisk.system}, shared with every namespace.
 *
 * @param name of the package, such as {@code mqtt}
 * @param parameters of the package; a site's configuration supplies them
 * @param annotations such as {@code description}
 * @param actions its actions
 */
public record BuiltInPackage(
        String name, List<KeyValue> parameters, List<KeyValue> annotations, List<BuiltInAction> actions) {

    /** Checks the name and copies the lists. */
    public BuiltInPackage {
        EntityName.checked(name);
        parameters = List.copyOf(parameters);
        annotations = List.copyOf(annotations);
        actions = List.copyOf(actions);
    }

    /** A package without annotations. */
    public BuiltInPackage(String name, List<KeyValue> parameters, List<BuiltInAction> actions) {
        this(name, parameters, List.of(), actions);
    }

    /**
     * One action of the package.
     *
     * @param annotations such as {@code feed: true} and {@code description}
     * @param code what runs
     */
    public record BuiltInAction(String name, List<KeyValue> annotations, InProcessAction code) {

        /** Checks the name and copies the list. */
        public BuiltInAction {
            EntityName.checked(name);
            annotations = List.copyOf(annotations);
            Objects.requireNonNull(code, "code is null");
        }
    }
}
