package io.fogwhisk.wsk.model;

import io.fogwhisk.wsk.WskException;
import java.util.Objects;
import java.util.Optional;

/**
 * The full name of an entity: {@code /namespace/name} or {@code /namespace/package/name}.
 *
 * @param namespace {@code _} stands for the caller's own
 * @param packageName empty for an entity of the namespace itself
 * @param name of the entity
 */
public record QualifiedName(String namespace, Optional<String> packageName, String name) {

    /** The namespace that stands for the caller's own. */
    public static final String DEFAULT_NAMESPACE = "_";

    /** Checks every part. */
    public QualifiedName {
        Objects.requireNonNull(packageName, "packageName is null");
        EntityName.checked(namespace);
        packageName.ifPresent(EntityName::checked);
        EntityName.checked(name);
    }

    /** An entity of the namespace itself. */
    public static QualifiedName of(String namespace, String name) {
        return new QualifiedName(namespace, Optional.empty(), name);
    }

    /** An entity of a package. */
    public static QualifiedName of(String namespace, String packageName, String name) {
        return new QualifiedName(namespace, Optional.of(packageName), name);
    }

    /**
     * Reads {@code /ns/name}, {@code /ns/pkg/name}, {@code ns/pkg/name}, {@code pkg/name} or {@code name}; without a
     * namespace it is {@code _}.
     *
     * @throws WskException if a part is missing or illegal
     */
    public static QualifiedName parse(String text) {
        boolean absolute = text.startsWith("/");
        String[] parts = (absolute ? text.substring(1) : text).split("/", -1);
        if (parts.length == 3) {
            return of(parts[0], parts[1], parts[2]);
        }
        if (parts.length == 2) {
            return absolute ? of(parts[0], parts[1]) : of(DEFAULT_NAMESPACE, parts[0], parts[1]);
        }
        if (parts.length == 1 && !absolute) {
            return of(DEFAULT_NAMESPACE, parts[0]);
        }
        throw new WskException("'" + text + "' is not the name of an entity: use /namespace/[package/]name");
    }

    /** The same entity in a namespace, if this name leaves the namespace open. */
    public QualifiedName resolve(String callersNamespace) {
        return namespace.equals(DEFAULT_NAMESPACE) ? new QualifiedName(callersNamespace, packageName, name) : this;
    }

    /** What OpenWhisk calls the path: {@code ns} or {@code ns/pkg}. */
    public String path() {
        return packageName.map(pkg -> namespace + "/" + pkg).orElse(namespace);
    }

    /** {@code [pkg/]name}, by which lists of activations find it. */
    public String nameInNamespace() {
        return packageName.map(pkg -> pkg + "/" + name).orElse(name);
    }

    /** {@code /ns/[pkg/]name}. */
    @Override
    public String toString() {
        return "/" + path() + "/" + name;
    }
}
