package io.fogwhisk.lean.runtime;

import java.util.Objects;

/**
 * A kind of action that users may create here, as {@code GET /} lists it.
 *
 * @param kind such as {@code nodejs:20}
 * @param family such as {@code nodejs}; {@code nodejs:default} stands for its default
 * @param image what Apache OpenWhisk's manifest calls the container image; here a name for what runs the code
 * @param isDefault whether it is what {@code family:default} stands for
 * @param requiresMain whether the exec must name the entry point
 */
public record RuntimeKind(String kind, String family, String image, boolean isDefault, boolean requiresMain) {

    /** Checks for null. */
    public RuntimeKind {
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(family, "family is null");
        Objects.requireNonNull(image, "image is null");
    }
}
