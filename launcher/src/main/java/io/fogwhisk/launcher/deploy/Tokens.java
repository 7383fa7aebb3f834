package io.fogwhisk.launcher.deploy;

import io.fogwhisk.launcher.LauncherException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Makes secrets, each from the system's random numbers. Thread-safe. */
final class Tokens {

    private static final int BYTES = 32;
    private static final int SALT_BYTES = 12;
    private static final int HASH_BITS = 512;
    // What Mosquitto's own program takes, and what every Mosquitto 2 can read.
    private static final int ITERATIONS = 101;

    private final SecureRandom random = new SecureRandom();

    /** 256 random bits, 43 characters of base64 for addresses. */
    String token() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(BYTES));
    }

    /** A token with which a site follows the catalogue. */
    String siteToken() {
        return "fwt_" + token();
    }

    /** A key of an OpenWhisk, {@code uuid:key}, the key of 64 characters. */
    String whiskKey() {
        return UUID.randomUUID() + ":" + HexFormat.of().formatHex(bytes(BYTES));
    }

    /** The line of a user in a password file of Mosquitto. */
    String mosquittoUser(String user, String password) {
        byte[] salt = bytes(SALT_BYTES);
        try {
            byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, HASH_BITS))
                    .getEncoded();
            Base64.Encoder base64 = Base64.getEncoder();
            return user + ":$7$" + ITERATIONS + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new LauncherException("this Java runtime cannot hash a password with PBKDF2 and SHA-512", e);
        }
    }

    /** Base64 as it stands in a header. */
    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
