package io.fogwhisk.influx.flux.expr;

import org.jspecify.annotations.Nullable;

/** What the packages of Flux hold. */
@FunctionalInterface
public interface Library {

    /**
     * A member of a package.
     *
     * @param path of the package, {@code universe} for the one that needs no import
     * @return null if it is not served
     */
    @Nullable
    Value member(String path, String name);
}
