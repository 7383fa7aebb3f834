package io.fogwhisk.lean.identity;

import io.fogwhisk.lean.store.LeanException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret half of a namespace's key on its way from the centre to one site: AES-256-GCM under a key that only the
 * holder of the site's token, and the centre that made it, can derive. Stateless.
 */
public final class SealedKey {

    private static final String HMAC = "HmacSHA256";
    private static final String SEALING = "fogwhisk sealed key 1";
    private static final String LOGIN = "fogwhisk login 1";
    private static final String TOKEN = "fwt_";
    private static final String LOGIN_WORD = "fwl_";

    private SealedKey() {}

    /**
     * Encrypts a secret for a site.
     *
     * @param sealingKey of the site, 32 bytes; see {@link SiteTokens#sealingKey}
     * @param owner what the secret belongs to, {@code namespace/uuid}; it opens for no other
     * @return base64, another one at each call
     */
    public static String seal(byte[] sealingKey, String secret, String owner) {
        return SiteKey.of(sealingKey).seal(secret, owner);
    }

    /**
     * Decrypts what {@link #seal} returned.
     *
     * @param token of the site that it was sealed for
     * @throws LeanException if it was sealed for another token or owner, or was changed
     */
    public static String open(String token, String sealed, String owner) {
        try {
            return SiteKey.of(derive(token)).open(sealed, owner);
        } catch (LeanException e) {
            throw new LeanException(500, "the key of " + owner + " was sealed for another token, or was changed", e);
        }
    }

    /**
     * What the holder of a token logs in with, so that the token itself, which opens what is sealed, never travels.
     *
     * @param password a site's token, or the password of a CouchDB's user, which is returned as it is
     */
    public static String login(String password) {
        return password.startsWith(TOKEN)
                ? LOGIN_WORD + Base64.getUrlEncoder().withoutPadding().encodeToString(derive(password, LOGIN))
                : password;
    }

    /** What a token's holder seals and opens with. */
    static byte[] derive(String token) {
        return derive(token, SEALING);
    }

    /** A token has 256 random bits, so one step of a keyed hash is enough. */
    private static byte[] derive(String token, String purpose) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), HMAC));
            return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new LeanException(500, "This Java has no " + HMAC + ".", e);
        }
    }
}
