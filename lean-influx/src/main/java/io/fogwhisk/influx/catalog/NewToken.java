package io.fogwhisk.influx.catalog;

import java.util.Objects;

/**
 * A token that was just made: the only moment at which it can be read.
 *
 * @param authorization what it allows
 * @param token what its holder sends
 */
public record NewToken(Authorization authorization, String token) {

    /** Checks for null. */
    public NewToken {
        Objects.requireNonNull(authorization, "authorization is null");
        Objects.requireNonNull(token, "token is null");
    }

    /** Hides the token. */
    @Override
    public String toString() {
        return "NewToken[authorization=" + authorization + ", token=***]";
    }
}
