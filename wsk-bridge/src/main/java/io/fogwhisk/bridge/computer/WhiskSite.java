package io.fogwhisk.bridge.computer;

import io.fogwhisk.wsk.EntityListing;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.client.RestEndpoint;
import io.fogwhisk.wsk.model.AuthKey;
import java.util.Objects;
import java.util.Optional;

/**
 * The OpenWhisk behind a computer: in this process or far away.
 *
 * @param calls invokes and fires
 * @param entities what there is to invoke and to fire
 * @param rest its REST API, for web actions and activation records; empty to offer neither
 * @param defaultKey for callers without a key, such as foreign ones; empty to refuse them
 */
public record WhiskSite(
        OpenWhisk calls, EntityListing entities, Optional<RestEndpoint> rest, Optional<AuthKey> defaultKey) {

    /** Checks for null. */
    public WhiskSite {
        Objects.requireNonNull(calls, "calls is null");
        Objects.requireNonNull(entities, "entities is null");
        Objects.requireNonNull(rest, "rest is null");
        Objects.requireNonNull(defaultKey, "defaultKey is null");
    }
}
