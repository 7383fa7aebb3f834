package io.fogwhisk.influx.line;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Bytes of line protocol as the text they mean: UTF-8, with backslashes. */
final class Escapes {

    private static final char REPLACEMENT = '\uFFFD';

    private Escapes() {}

    /** Whether the byte at a place has a backslash before it. */
    static boolean escaped(byte[] text, int start, int place) {
        return place > start && text[place - 1] == '\\';
    }

    /** The place of the first of two bytes that is not escaped, or the end. */
    static int find(byte[] text, int from, int end, char one, char other) {
        int i = from;
        while (i < end && ((text[i] != one && text[i] != other) || escaped(text, from, i))) {
            i++;
        }
        return i;
    }

    /** Bytes as text; null if they are not UTF-8, since two different names must not become the same one. */
    static @Nullable String text(byte[] text, int start, int end) {
        String decoded = new String(text, start, end - start, StandardCharsets.UTF_8);
        if (decoded.indexOf(REPLACEMENT) < 0) {
            return decoded;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text, start, end - start))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /**
     * A name or a tag as it was meant; null if it is not UTF-8. A backslash that escapes nothing stands for itself.
     *
     * @param escapesEquals whether {@code \=} is an escape, as everywhere but in a measurement
     */
    static @Nullable String undo(byte[] text, int start, int end, boolean escapesEquals) {
        String raw = text(text, start, end);
        if (raw == null || raw.indexOf('\\') < 0) {
            return raw;
        }
        StringBuilder out = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '\\' && i + 1 < raw.length()) {
                char next = raw.charAt(i + 1);
                if (next == ',' || next == ' ' || (next == '=' && escapesEquals)) {
                    continue;
                }
            }
            out.append(c);
        }
        return out.toString();
    }

    /** The text between the quotes of a field value as it was meant. */
    static String unquote(String value) {
        StringBuilder out = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length() && (value.charAt(i + 1) == '"' || value.charAt(i + 1) == '\\')) {
                i++;
                c = value.charAt(i);
            }
            out.append(c);
        }
        return out.toString();
    }
}
