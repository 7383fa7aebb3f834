package io.fogwhisk.bridge.wire;

import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Objects;
import java.util.Optional;

/**
 * What a lambda of the edge domain stands for: {@code /ns/[pkg/]name} is an action, {@code trigger:/ns/name} a trigger.
 * Names of entities have no colon, so the two can't be mixed up.
 *
 * @param trigger true for a trigger
 * @param entity with its namespace
 */
public record LambdaName(boolean trigger, QualifiedName entity) {

    private static final String TRIGGER = "trigger:";

    /** Checks for null and that a trigger has no package. */
    public LambdaName {
        Objects.requireNonNull(entity, "entity is null");
        if (trigger && entity.packageName().isPresent()) {
            throw new WskException("a trigger has no package, was " + entity);
        }
    }

    /**
     * Reads the name of a lambda.
     *
     * @throws WskException if it stands for nothing in an OpenWhisk
     */
    public static LambdaName parse(String lambda) {
        boolean trigger = lambda.startsWith(TRIGGER);
        return new LambdaName(trigger, QualifiedName.parse(trigger ? lambda.substring(TRIGGER.length()) : lambda));
    }

    /** The lambda of a trigger in a namespace; checks nothing, as it is made once per message. */
    public static String ofTrigger(String namespace, String name) {
        return TRIGGER + "/" + namespace + "/" + name;
    }

    /** The lambda of an action in a namespace; checks nothing, as it is made once per message. */
    public static String ofAction(String namespace, Optional<String> packageName, String name) {
        return packageName.isPresent()
                ? "/" + namespace + "/" + packageName.get() + "/" + name
                : "/" + namespace + "/" + name;
    }

    /** The lambda. */
    @Override
    public String toString() {
        return trigger ? TRIGGER + entity : entity.toString();
    }
}
