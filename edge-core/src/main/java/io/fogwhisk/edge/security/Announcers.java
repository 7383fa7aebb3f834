package io.fogwhisk.edge.security;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Who may announce computers and routers and change tables, beside certificates whose organisational unit is
 * {@value #UNIT}.
 *
 * @param token whoever has it may; it is also what this node shows when it announces
 * @param commonNames of certificates made elsewhere that may
 */
public record Announcers(Optional<AnnounceToken> token, Set<String> commonNames) {

    /** The organisational unit of certificates that may announce. */
    public static final String UNIT = "edge-node";

    /** Nobody else. */
    public static final Announcers BY_CERTIFICATE = new Announcers(Optional.empty(), Set.of());

    /** Checks for null and copies. */
    public Announcers {
        Objects.requireNonNull(token, "token is null");
        commonNames = Set.copyOf(commonNames);
    }
}
