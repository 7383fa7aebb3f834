package io.fogwhisk.lean.couch;

import io.fogwhisk.lean.identity.FailedLogins;
import io.fogwhisk.lean.identity.SiteTokens;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells by its token which site asks. Thread-safe. */
final class SiteLogin {

    private final SiteTokens tokens;
    private final FailedLogins failedLogins;

    SiteLogin(SiteTokens tokens, Clock clock) {
        this.tokens = tokens;
        this.failedLogins = new FailedLogins(clock);
    }

    /**
     * A site that was let in.
     *
     * @param id of the site
     * @param token it came with; not for logs
     */
    record Caller(String id, String token) {
        @Override
        public String toString() {
            return id;
        }
    }

    /** Whether a site that was let in still would be. */
    boolean stillValid(Caller caller) {
        return tokens.siteOf(caller.token()).equals(Optional.of(caller.id()));
    }

    /**
     * Who asks.
     *
     * @throws CouchFault 401 if it has no token that is valid, 429 if it tried too often
     */
    Caller caller(Context context) {
        String header = context.header("Authorization");
        if (header == null) {
            throw refused(context, "A site's token is needed: user and password, or a bearer token.");
        }
        Caller caller = named(header);
        if (caller == null) {
            int retryAfter = failedLogins.failed(context.ip());
            if (retryAfter > 0) {
                context.header("Retry-After", String.valueOf(retryAfter));
                throw new CouchFault(
                        429,
                        "too_many_requests",
                        "Too many failed log-ins from this address, try again in " + retryAfter + " s.");
            }
            throw refused(context, "The site or its token is not valid.");
        }
        return caller;
    }

    private @Nullable Caller named(String header) {
        if (header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            String token = header.substring(7).trim();
            return tokens.siteOf(token).map(site -> new Caller(site, token)).orElse(null);
        }
        if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return null;
        }
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(header.substring(6).trim()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
        int colon = pair.indexOf(':');
        if (colon < 0) {
            return null;
        }
        Caller caller = new Caller(pair.substring(0, colon), pair.substring(colon + 1));
        return stillValid(caller) ? caller : null;
    }

    private static CouchFault refused(Context context, String reason) {
        context.header("WWW-Authenticate", "Basic realm=\"FogWhisk catalogue\", charset=\"UTF-8\"");
        return new CouchFault(401, "unauthorized", reason);
    }
}
