package io.fogwhisk.lean.couch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Objects;

/**
 * What a site said of itself last.
 *
 * @param site its id
 * @param contact when it did, by the centre's clock
 * @param body its words, not changed any more
 */
public record SiteReport(String site, Instant contact, ObjectNode body) {

    /** Checks for null. */
    public SiteReport {
        Objects.requireNonNull(site, "site is null");
        Objects.requireNonNull(contact, "contact is null");
        Objects.requireNonNull(body, "body is null");
    }
}
