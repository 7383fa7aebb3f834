package io.fogwhisk.lean.couch;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The revisions of one document, of which the last is the one that holds. Each is named by the hash of what it says and
 * of the one before, so that two histories that differ never share a name. Immutable.
 */
final class Revisions {

    static final int HASH_BYTES = 16;

    /** As many as CouchDB remembers: a copy that lacks more of them than that takes the next for an unrelated one. */
    private static final int MAX_KNOWN = 1_000;

    private final int generation;
    private final byte[] hashes;

    /**
     * Revisions as they were kept.
     *
     * @param generation how many there were in all, 1 or more
     * @param hashes of those that are remembered, the last first; not changed any more
     */
    Revisions(int generation, byte[] hashes) {
        this.generation = generation;
        this.hashes = hashes;
    }

    /** The first revision of a document. */
    static Revisions first(byte[] digest) {
        return new Revisions(0, new byte[0]).next(digest);
    }

    /** These revisions and one more, with the digest of its content. */
    Revisions next(byte[] digest) {
        MessageDigest md5 = md5();
        md5.update(hashes, 0, Math.min(HASH_BYTES, hashes.length));
        byte[] hash = md5.digest(digest);
        byte[] all = Arrays.copyOf(hash, Math.min(hashes.length + HASH_BYTES, MAX_KNOWN * HASH_BYTES));
        System.arraycopy(hashes, 0, all, HASH_BYTES, all.length - HASH_BYTES);
        return new Revisions(generation + 1, all);
    }

    /** How many there were. */
    int generation() {
        return generation;
    }

    /** As they are to be kept. */
    byte[] hashes() {
        return hashes;
    }

    /** The name of the last: {@code N-hash}. */
    String current() {
        return generation + "-" + hash(0);
    }

    /** The hashes of those that are remembered, the last first. */
    List<String> ids() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < hashes.length / HASH_BYTES; i++) {
            ids.add(hash(i));
        }
        return ids;
    }

    /** Whether a name is one of these. */
    boolean contains(String rev) {
        for (int i = 0; i < hashes.length / HASH_BYTES; i++) {
            if (rev.equals((generation - i) + "-" + hash(i))) {
                return true;
            }
        }
        return false;
    }

    private String hash(int index) {
        return HexFormat.of().formatHex(hashes, index * HASH_BYTES, (index + 1) * HASH_BYTES);
    }

    /** A digest of a text, for {@link #next}. */
    static byte[] digest(String text) {
        return md5().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /** MD5, which CouchDB names things by; nothing is protected by it. */
    static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new CouchFault(500, "internal_server_error", "This Java has no MD5: " + e.getMessage());
        }
    }
}
