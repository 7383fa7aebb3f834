package io.fogwhisk.influx.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A token and what it allows; the token itself is nowhere kept, only its SHA-256.
 *
 * @param id 16 hex digits
 * @param hash of the token, in hex
 * @param description any text
 * @param active whether the token works
 * @param permissions what it allows
 * @param createdAt when it was made
 * @param updatedAt when it last changed
 */
public record Authorization(
        String id,
        String hash,
        String description,
        boolean active,
        List<Permission> permissions,
        Instant createdAt,
        Instant updatedAt) {

    /** Checks the id and copies the list. */
    public Authorization {
        Ids.check(id);
        Objects.requireNonNull(hash, "hash is null");
        Objects.requireNonNull(description, "description is null");
        Objects.requireNonNull(createdAt, "createdAt is null");
        Objects.requireNonNull(updatedAt, "updatedAt is null");
        permissions = List.copyOf(permissions);
    }

    /** Whether the token works and allows this. */
    public boolean allows(Permission needed) {
        return active && permissions.stream().anyMatch(each -> each.allows(needed));
    }

    /** Whether the token may read a bucket. */
    public boolean reads(Bucket bucket, Organization org) {
        return allows(new Permission(Action.READ, Resource.one(Resource.BUCKETS, bucket.id(), org.id())));
    }

    /** Whether the token may write to a bucket, and delete from it. */
    public boolean writes(Bucket bucket, Organization org) {
        return allows(new Permission(Action.WRITE, Resource.one(Resource.BUCKETS, bucket.id(), org.id())));
    }

    Authorization with(String newDescription, boolean nowActive, Instant now) {
        return new Authorization(id, hash, newDescription, nowActive, permissions, createdAt, now);
    }

    /** Hides the hash. */
    @Override
    public String toString() {
        return "Authorization[id=" + id + ", active=" + active + ", permissions=" + permissions + "]";
    }
}
