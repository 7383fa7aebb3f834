package io.fogwhisk.bridge.wire;

import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Objects;
import java.util.Optional;

/**
 * What a lambda of the edge domain stands for: {@code /ns/[pkg/]name} is an action, {@code trigger:/ns/name} a trigger,
 * {@code web:/ns/[pkg/]name} a web action that is asked for by HTTP. Names of entities have no colon, so they can't be
 * mixed up. Beside them each computer has {@code activations@host:port}, of which {@link #ofActivations} makes the name.
 *
 * @param entity with its namespace
 */
public record LambdaName(Kind kind, QualifiedName entity) {

    private static final String ACTIVATIONS = "activations@";

    /** What can be called. */
    public enum Kind {
        /** Invoked with parameters. */
        ACTION(""),
        /** Fired with a payload. */
        TRIGGER("trigger:"),
        /** Asked for by HTTP. */
        WEB("web:");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /** Checks for null and that a trigger has no package. */
    public LambdaName {
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(entity, "entity is null");
        if (kind == Kind.TRIGGER && entity.packageName().isPresent()) {
            throw new WskException("a trigger has no package, was " + entity);
        }
    }

    /**
     * Reads the name of a lambda.
     *
     * @throws WskException if it stands for nothing in an OpenWhisk
     */
    public static LambdaName parse(String lambda) {
        Kind kind = lambda.startsWith(Kind.TRIGGER.prefix)
                ? Kind.TRIGGER
                : lambda.startsWith(Kind.WEB.prefix) ? Kind.WEB : Kind.ACTION;
        return new LambdaName(kind, QualifiedName.parse(lambda.substring(kind.prefix.length())));
    }

    /** The lambda of a trigger in a namespace; checks nothing, as it is made once per message. */
    public static String ofTrigger(String namespace, String name) {
        return Kind.TRIGGER.prefix + "/" + namespace + "/" + name;
    }

    /** The lambda of an action in a namespace; checks nothing, as it is made once per message. */
    public static String ofAction(String namespace, Optional<String> packageName, String name) {
        return packageName.isPresent()
                ? "/" + namespace + "/" + packageName.get() + "/" + name
                : "/" + namespace + "/" + name;
    }

    /** The lambda of a web action. */
    public static String ofWeb(QualifiedName action) {
        return Kind.WEB.prefix + action;
    }

    /** The lambda that reads the activation records behind a computer. */
    public static String ofActivations(String computer) {
        return ACTIVATIONS + computer;
    }

    /** Whether a lambda reads activation records. */
    public static boolean readsActivations(String lambda) {
        return lambda.startsWith(ACTIVATIONS);
    }

    /** The lambda. */
    @Override
    public String toString() {
        return kind.prefix + entity;
    }
}
