package io.fogwhisk.lean.runtime;

import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What belongs to one child alone.
 *
 * @param folder its working directory, which only its user may enter
 * @param user the user and group id it runs under; empty if it runs as the server's own user
 */
record ChildPlace(Path folder, OptionalInt user) {

    /** Checks for null. */
    ChildPlace {
        Objects.requireNonNull(folder, "folder is null");
        Objects.requireNonNull(user, "user is null");
    }
}
