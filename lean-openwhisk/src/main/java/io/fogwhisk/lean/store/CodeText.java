package io.fogwhisk.lean.store;

import io.fogwhisk.wsk.model.ActionCode;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The code of an action on its way into the store. It is kept in pieces, as it may be tens of megabytes long and is
 * never needed in one. Immutable.
 */
public final class CodeText {

    private static final int PIECE = 64 * 1024;

    private final List<String> pieces;
    private final int length;
    private final long bytes;
    private final boolean base64;
    private final String digest;

    private CodeText(Collector from, String digest) {
        this.pieces = List.copyOf(from.pieces);
        this.length = from.length;
        this.bytes = from.bytes;
        this.base64 = from.base64.holds();
        this.digest = digest;
    }

    /** A text at hand. */
    public static CodeText of(String text) {
        Collector collector = new Collector();
        for (int from = 0; from < text.length(); from += PIECE) {
            char[] some =
                    text.substring(from, Math.min(text.length(), from + PIECE)).toCharArray();
            collector.write(some, 0, some.length);
        }
        return collector.text();
    }

    /** The size as UTF-8. */
    public long bytes() {
        return bytes;
    }

    /** Whether it is base64, which is how archives are sent; white space around it does not count. */
    public boolean base64() {
        return base64;
    }

    List<String> pieces() {
        return pieces;
    }

    int length() {
        return length;
    }

    ActionCode.Attachment attachment() {
        return new ActionCode.Attachment(digest, length);
    }

    /** Takes a text as it is read. Belongs to one thread. */
    public static final class Collector extends Writer {
        private final List<String> pieces = new ArrayList<>();
        private final StringBuilder piece = new StringBuilder(PIECE);
        private final Base64Check base64 = new Base64Check();
        private final MessageDigest sha256;
        private int length;
        private long bytes;

        /** Nothing yet. */
        public Collector() {
            try {
                sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new LeanException(500, "This Java has no SHA-256.", e);
            }
        }

        @Override
        public void write(char[] text, int offset, int count) {
            int from = offset;
            int end = offset + count;
            while (from < end) {
                int take = Math.min(end - from, PIECE - piece.length());
                piece.append(text, from, take);
                from += take;
                if (piece.length() == PIECE) {
                    cut();
                }
            }
        }

        /** What was written so far. */
        public CodeText text() {
            add(piece.toString());
            piece.setLength(0);
            return new CodeText(this, "sha256-" + HexFormat.of().formatHex(sha256.digest()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}

        private void cut() {
            // Both halves of a surrogate pair stay together, or they could not be stored.
            int end = Character.isHighSurrogate(piece.charAt(PIECE - 1)) ? PIECE - 1 : PIECE;
            add(piece.substring(0, end));
            piece.delete(0, end);
        }

        private void add(String text) {
            if (!text.isEmpty()) {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                sha256.update(utf8);
                bytes += utf8.length;
                length += text.length();
                base64.add(text);
                pieces.add(text);
            }
        }
    }

    /** Decides piece by piece what a pattern over the whole text would need a deep stack for. */
    private static final class Base64Check {
        private long digits;
        private int padding;
        private boolean ended;
        private boolean wrong;

        void add(String text) {
            for (int i = 0; i < text.length() && !wrong; i++) {
                char c = text.charAt(i);
                if (c <= ' ') {
                    ended = digits > 0;
                } else if (ended) {
                    wrong = true;
                } else if (c == '=') {
                    padding++;
                } else {
                    wrong = padding > 0 || !digit(c);
                    digits++;
                }
            }
        }

        boolean holds() {
            return !wrong && digits > 0 && padding <= 2 && (digits + padding) % 4 == 0;
        }

        private static boolean digit(char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
        }
    }
}
