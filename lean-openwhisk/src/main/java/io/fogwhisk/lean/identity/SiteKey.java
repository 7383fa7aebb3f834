package io.fogwhisk.lean.identity;

import io.fogwhisk.base.file.PrivateFile;
import io.fogwhisk.lean.store.LeanException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key that protects a site's secrets at rest, 32 random bytes in a file of its own: AES-256-GCM with a random nonce
 * for each secret. Immutable, thread-safe.
 */
final class SiteKey {

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    private SiteKey(byte[] bytes) {
        key = new SecretKeySpec(bytes, "AES");
    }

    /** A key that was not read from a file but derived from something else. */
    static SiteKey of(byte[] bytes) {
        return new SiteKey(bytes);
    }

    /**
     * Reads the key.
     *
     * @throws LeanException if it is missing, others may read it, or it is not a key
     */
    static SiteKey read(Path file) {
        try {
            if (!Files.exists(file)) {
                throw new LeanException(
                        500,
                        "the key file " + file + " is missing, and the keys in the identities file cannot be read"
                                + " without it; put it back from where you copied the folder, or delete the identities"
                                + " file to start with new keys");
            }
            if (PrivateFile.isOpenToOthers(file)) {
                throw new LeanException(
                        500, "others than its owner may read the key file " + file + "; run: chmod 600 " + file);
            }
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length != KEY_BYTES) {
                throw new LeanException(
                        500, "the key file " + file + " must have " + KEY_BYTES + " bytes, has " + bytes.length);
            }
            return new SiteKey(bytes);
        } catch (IOException e) {
            throw new LeanException(500, "cannot read the key file " + file + ": " + e, e);
        }
    }

    /** Reads the key, or makes it when there is none yet. */
    static SiteKey readOrMake(Path file) {
        if (!Files.exists(file)) {
            byte[] bytes = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(bytes);
            try {
                PrivateFile.replace(file, bytes);
            } catch (IOException e) {
                throw new LeanException(500, "cannot write the key file " + file + ": " + e, e);
            }
        }
        return read(file);
    }

    /** Encrypts a secret, bound to what it belongs to. */
    String seal(String secret, String owner) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, owner).doFinal(bytes(secret));
            byte[] both = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, both, NONCE_BYTES, sealed.length);
            return Base64.getEncoder().encodeToString(both);
        } catch (GeneralSecurityException e) {
            throw new LeanException(500, "cannot encrypt the key of " + owner + ": " + e.getMessage(), e);
        }
    }

    /**
     * Decrypts what {@link #seal} returned.
     *
     * @throws LeanException if it was sealed with another key or for another owner, or was changed
     */
    String open(String sealed, String owner) {
        try {
            byte[] both = Base64.getDecoder().decode(sealed);
            if (both.length <= NONCE_BYTES) {
                throw new LeanException(500, "the key of " + owner + " is too short to be one");
            }
            byte[] nonce = Arrays.copyOf(both, NONCE_BYTES);
            byte[] secret =
                    cipher(Cipher.DECRYPT_MODE, nonce, owner).doFinal(both, NONCE_BYTES, both.length - NONCE_BYTES);
            return new String(secret, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new LeanException(
                    500, "the key of " + owner + " was encrypted with another key file, or was changed", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String owner) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(bytes(owner));
        return cipher;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
