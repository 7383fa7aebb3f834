package io.fogwhisk.wsk.model;

import io.fogwhisk.wsk.WskException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.UUID;

/**
 * A namespace's key, {@code uuid:secret}. Its text form is masked, so that it never reaches a log.
 *
 * @param uuid of the namespace
 * @param secret 64 characters
 */
public record AuthKey(UUID uuid, String secret) {

    /** OpenWhisk's well-known key of the namespace {@code guest}. */
    public static final AuthKey GUEST = parse(
            "23bc46b1-71f6-4ed5-8c54-816aa4f8c502:123zO3xZCLrMN6v2BKK1dXYFpXlPkccOFqm12CdAsMgRU4VrNZ9lyGVCGuMDGIwP");

    /** OpenWhisk's well-known key of the namespace {@code whisk.system}. */
    public static final AuthKey SYSTEM = parse(
            "789c46b1-71f6-4ed5-8c54-816aa4f8c502:abczO3xZCLrMN6v2BKK1dXYFpXlPkccOFqm12CdAsMgRU4VrNZ9lyGVCGuMDGIwP");

    private static final int SECRET_LENGTH = 64;

    /** Checks the length of the secret. */
    public AuthKey {
        Objects.requireNonNull(uuid, "uuid is null");
        Objects.requireNonNull(secret, "secret is null");
        if (secret.length() != SECRET_LENGTH) {
            throw new WskException("the key after the colon must have 64 characters, has " + secret.length());
        }
    }

    /**
     * Reads {@code uuid:secret}.
     *
     * @throws WskException if it is not of that form; the message does not hold the text
     */
    public static AuthKey parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new WskException("a key must have the form uuid:secret");
        }
        try {
            return new AuthKey(UUID.fromString(text.substring(0, colon)), text.substring(colon + 1));
        } catch (WskException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new WskException("a key must start with a UUID", e);
        }
    }

    /** {@code uuid:secret}; a secret, not for logs. */
    public String reveal() {
        return uuid + ":" + secret;
    }

    /** The value of the HTTP header {@code Authorization}; a secret, not for logs. */
    public String basicHeader() {
        return "Basic " + Base64.getEncoder().encodeToString(reveal().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads the value of an HTTP header {@code Authorization}.
     *
     * @throws WskException if it is not a Basic header that holds a key
     */
    public static AuthKey fromBasicHeader(String header) {
        if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
            throw new WskException("the Authorization header must be of the Basic scheme");
        }
        try {
            byte[] decoded = Base64.getDecoder().decode(header.substring(6).trim());
            return parse(new String(decoded, StandardCharsets.UTF_8));
        } catch (WskException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new WskException("the Authorization header must hold base64", e);
        }
    }

    @Override
    public String toString() {
        return uuid + ":***";
    }
}
