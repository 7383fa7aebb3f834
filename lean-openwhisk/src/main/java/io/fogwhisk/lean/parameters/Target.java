package io.fogwhisk.lean.parameters;

import java.util.Locale;
import java.util.Objects;

/**
 * What a site gives parameters to.
 *
 * @param kind of it
 * @param name {@code ns} of a namespace, {@code ns/name} of a package, trigger or feed, {@code ns/[pkg/]name} of an
 *     action; a feed has the name of its trigger
 */
public record Target(Kind kind, String name) {

    /** What has parameters. */
    public enum Kind {
        /** All actions of a namespace. */
        NAMESPACE,
        /** The actions of a package. */
        PACKAGE,
        /** One action. */
        ACTION,
        /** What a trigger gives to each fire. */
        TRIGGER,
        /** What a feed is told: topics, schedules. */
        FEED
    }

    /** Checks for null. */
    public Target {
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(name, "name is null");
    }

    /** For people: {@code action /guest/hello}. */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + (kind == Kind.NAMESPACE ? " " : " /") + name;
    }
}
