package io.fogwhisk.influx.catalog;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The ids of everything in the catalogue: 16 hex digits. Stateless. */
final class Ids {

    private static final int BYTES = 8;
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{16}");

    private Ids() {}

    /** The id that follows from a text, so that what is configured has the same id in every data folder. */
    static String of(String text) {
        return HexFormat.of().formatHex(sha256(text), 0, BYTES);
    }

    static String random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        // InfluxDB's clients take an id of zeros for a missing one.
        bytes[0] |= 0x10;
        return HexFormat.of().formatHex(bytes);
    }

    static void check(String id) {
        if (!FORM.matcher(id).matches()) {
            throw new IllegalArgumentException("an id must be 16 hex digits, was " + id);
        }
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
