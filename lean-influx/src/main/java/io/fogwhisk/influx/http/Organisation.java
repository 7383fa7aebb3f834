package io.fogwhisk.influx.http;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one organisation and its buckets, found by name or by id. Ids follow from the names, so that they stay the same.
 *
 * @param name of the organisation
 * @param buckets names
 * @param token what requests must carry
 */
public record Organisation(String name, List<String> buckets, String token) {

    private static final int ID_BYTES = 8;

    /** Copies the list. */
    public Organisation {
        buckets = List.copyOf(buckets);
    }

    /** Hides the token. */
    @Override
    public String toString() {
        return "Organisation[name=" + name + ", buckets=" + buckets + ", token=***]";
    }

    String id() {
        return id("org/" + name);
    }

    String bucketId(String bucket) {
        return id("bucket/" + name + "/" + bucket);
    }

    /** Fails unless the request carries the token. */
    void authorize(Context ctx) {
        String header = ctx.header("Authorization");
        String given = "";
        if (header != null) {
            int space = header.indexOf(' ');
            String scheme = space < 0 ? "" : header.substring(0, space);
            if (scheme.equalsIgnoreCase("Token") || scheme.equalsIgnoreCase("Bearer")) {
                given = header.substring(space + 1).strip();
            }
        }
        // Compared in constant time: the answer's delay must not tell how much of a guess was right.
        if (!MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8))) {
            throw new InfluxException(ErrorCode.UNAUTHORIZED, "unauthorized access");
        }
    }

    /** Fails unless the request names this organisation. */
    void require(Context ctx) {
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

    boolean matches(@Nullable String org, @Nullable String orgId) {
        return (org == null || org.equals(name) || org.equals(id())) && (orgId == null || orgId.equals(id()));
    }

    /** The bucket that the request names. */
    String bucket(Context ctx) {
        String wanted = ctx.queryParam("bucket");
        for (String bucket : buckets) {
            if (bucket.equals(wanted)) {
                return bucket;
            }
        }
        for (String bucket : buckets) {
            if (bucketId(bucket).equals(wanted)) {
                return bucket;
            }
        }
        throw new InfluxException(ErrorCode.NOT_FOUND, "bucket \"" + (wanted == null ? "" : wanted) + "\" not found");
    }

    private static String id(String of) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(of.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new InfluxException(ErrorCode.INTERNAL, "this Java has no SHA-256", e);
        }
    }
}
