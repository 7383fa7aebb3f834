package io.fogwhisk.influx.http;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.catalog.Action;
import io.fogwhisk.influx.catalog.Authorization;
import io.fogwhisk.influx.catalog.Bucket;
import io.fogwhisk.influx.catalog.Catalog;
import io.fogwhisk.influx.catalog.Organization;
import io.fogwhisk.influx.catalog.Permission;
import io.fogwhisk.influx.catalog.Resource;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and what they ask about.
 *
 * @param catalog what there is
 * @param authorization what the request's token allows
 */
record Caller(Catalog catalog, Authorization authorization) {

    private static final String ATTRIBUTE = Caller.class.getName();

    /** Knows the caller of a request to the 2.x API by its token, and keeps that with the request. */
    static void identify(Context ctx, Catalog catalog) {
        ctx.attribute(ATTRIBUTE, known(catalog, headerToken(ctx)));
    }

    /** The caller that {@link #identify} found. */
    static Caller of(Context ctx) {
        Caller caller = ctx.attribute(ATTRIBUTE);
        if (caller == null) {
            throw unauthorized();
        }
        return caller;
    }

    /**
     * Knows the caller of a request to the 1.x API: the password is a token, in the address, in a Basic header, or as
     * {@code Token user:token}.
     */
    static Caller ofVersion1(Context ctx, Catalog catalog) {
        String password = ctx.queryParam("p");
        if (password != null && ctx.queryParam("u") != null) {
            return known(catalog, password);
        }
        String header = ctx.header("Authorization");
        if (header != null && header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return known(catalog, afterColon(basic(header.substring(6).strip())));
        }
        return known(catalog, afterColon(headerToken(ctx)));
    }

    Organization organization() {
        return catalog.organization();
    }

    /** Fails unless the token allows this. */
    void require(Action action, Resource resource) {
        require(new Permission(action, resource));
    }

    void require(Permission needed) {
        if (!authorization.active()) {
            throw new InfluxException(ErrorCode.UNAUTHORIZED, "token is inactive");
        }
        if (!authorization.allows(needed)) {
            throw new InfluxException(ErrorCode.UNAUTHORIZED, needed + " is unauthorized");
        }
    }

    boolean allows(Action action, Resource resource) {
        return authorization.allows(new Permission(action, resource));
    }

    boolean reads(Bucket bucket) {
        return authorization.reads(bucket, organization());
    }

    boolean writes(Bucket bucket) {
        return authorization.writes(bucket, organization());
    }

    /** What the store knows each bucket by that may be read, by the bucket's name. */
    Map<String, String> readable() {
        Map<String, String> keys = new LinkedHashMap<>();
        for (Bucket bucket : catalog.buckets()) {
            if (reads(bucket)) {
                keys.put(bucket.name(), bucket.key());
            }
        }
        return keys;
    }

    /** Fails unless the request names the organisation, by its name or its id. */
    void requireOrganization(Context ctx) {
        String org = ctx.queryParam("org");
        String orgId = ctx.queryParam("orgID");
        if (org == null && orgId == null) {
            throw new InfluxException(ErrorCode.INVALID, "please provide either orgID or org");
        }
        if (!matches(org, orgId)) {
            throw new InfluxException(
                    ErrorCode.NOT_FOUND, "organization name \"" + (org == null ? orgId : org) + "\" not found");
        }
    }

    /** Whether these, as far as given, mean the organisation. */
    boolean matches(@Nullable String org, @Nullable String orgId) {
        Organization own = organization();
        return (org == null || org.equals(own.name()) || org.equals(own.id()))
                && (orgId == null || orgId.equals(own.id()) || orgId.equals(own.name()));
    }

    /** The bucket that a request names by {@code bucket}, its name or id, or by {@code bucketID}. */
    Bucket bucket(Context ctx) {
        String byId = ctx.queryParam("bucketID");
        String wanted = ctx.queryParam("bucket");
        if (byId != null) {
            return catalog.bucket(byId).orElseThrow(() -> notFound(byId));
        }
        if (wanted == null) {
            throw notFound("");
        }
        return catalog.bucketNamed(wanted).or(() -> catalog.bucket(wanted)).orElseThrow(() -> notFound(wanted));
    }

    static InfluxException notFound(String bucket) {
        return new InfluxException(ErrorCode.NOT_FOUND, "bucket \"" + bucket + "\" not found");
    }

    private static Caller known(Catalog catalog, String token) {
        return catalog.byToken(token)
                .map(authorization -> new Caller(catalog, authorization))
                .orElseThrow(Caller::unauthorized);
    }

    private static String headerToken(Context ctx) {
        String header = ctx.header("Authorization");
        if (header != null) {
            int space = header.indexOf(' ');
            String scheme = space < 0 ? "" : header.substring(0, space);
            if (scheme.equalsIgnoreCase("Token") || scheme.equalsIgnoreCase("Bearer")) {
                return header.substring(space + 1).strip();
            }
        }
        return "";
    }

    private static String basic(String encoded) {
        try {
            return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InfluxException(ErrorCode.UNAUTHORIZED, "unauthorized access", e);
        }
    }

    private static String afterColon(String text) {
        return text.substring(text.indexOf(':') + 1);
    }

    private static InfluxException unauthorized() {
        return new InfluxException(ErrorCode.UNAUTHORIZED, "unauthorized access");
    }
}
