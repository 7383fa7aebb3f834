package io.fogwhisk.lean.identity;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * That a site may read the catalogue; the token itself nobody keeps but the site.
 *
 * @param site its id
 * @param created when the token was made; empty where the configuration has it
 */
public record SiteToken(String site, Optional<Instant> created) {

    /** Checks for null. */
    public SiteToken {
        Objects.requireNonNull(site, "site is null");
        Objects.requireNonNull(created, "created is null");
    }
}
