package io.fogwhisk.influx.catalog;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a permission is about, or what a request needs a permission for.
 *
 * @param type such as {@code buckets}; in a permission also {@code any}
 * @param id of one; empty for all
 * @param orgId of those of one organisation; empty for all
 */
public record Resource(String type, Optional<String> id, Optional<String> orgId) {

    /** The type of a permission for everything. */
    public static final String ANY = "any";

    /** The type of buckets. */
    public static final String BUCKETS = "buckets";

    /** The type of organisations. */
    public static final String ORGS = "orgs";

    /** The type of tokens. */
    public static final String AUTHORIZATIONS = "authorizations";

    /** Those that InfluxDB 2.7 knows: clients ask for them although most are not served here. */
    private static final Set<String> TYPES = Set.of(
            ANY,
            AUTHORIZATIONS,
            BUCKETS,
            "dashboards",
            ORGS,
            "sources",
            "tasks",
            "telegrafs",
            "users",
            "variables",
            "scrapers",
            "secrets",
            "labels",
            "views",
            "documents",
            "notificationRules",
            "notificationEndpoints",
            "checks",
            "dbrp",
            "notebooks",
            "annotations",
            "remotes",
            "replications",
            "instance",
            "flows",
            "functions",
            "subscriptions");

    /** Checks the type. */
    public Resource {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(orgId, "orgId is null");
        if (!TYPES.contains(type)) {
            throw new InfluxException(
                    ErrorCode.INVALID, "unknown resource type for permission: invalid resource type: " + type);
        }
    }

    /** All of a type in an organisation. */
    public static Resource all(String type, String orgId) {
        return new Resource(type, Optional.empty(), Optional.of(orgId));
    }

    /** One of a type in an organisation. */
    public static Resource one(String type, String id, String orgId) {
        return new Resource(type, Optional.of(id), Optional.of(orgId));
    }

    /** As messages name it. */
    @Override
    public String toString() {
        String own = id.map(each -> type + "/" + each).orElse(type);
        return orgId.map(org -> ORGS + "/" + org + "/" + own).orElse(own);
    }
}
