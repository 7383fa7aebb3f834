package io.fogwhisk.lean.identity;

import io.fogwhisk.lean.store.LeanException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret half of a namespace's key on its way from the centre to one site: AES-256-GCM under a key that only the
 * holder of the site's token, and the centre that made it, can derive. Stateless.
 */
public final class SealedKey {

    private static final String HMAC = "HmacSHA256";
    private static final byte[] PURPOSE = "fogwhisk sealed key 1".getBytes(StandardCharsets.UTF_8);

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

    /** What a token's holder seals and opens with. A token has 256 random bits, so one step of a keyed hash is enough. */
    static byte[] derive(String token) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), HMAC));
            return mac.doFinal(PURPOSE);
        } catch (GeneralSecurityException e) {
            throw new LeanException(500, "This Java has no " + HMAC + ".", e);
        }
    }
}
