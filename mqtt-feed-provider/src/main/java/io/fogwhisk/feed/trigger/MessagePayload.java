package io.fogwhisk.feed.trigger;

import io.fogwhisk.wsk.model.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Makes the parameters that a message fires its trigger with: {@code {"type":"message","body":"<the payload as
 * text>"}}. Written by hand, because this is the one JSON text that every message pays for.
 */
public final class MessagePayload {

    private static final byte[] HEAD = "{\"type\":\"message\",\"body\":\"".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] TAIL = "\"}".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
    private static final int ESCAPED = 6;

    private MessagePayload() {}

    /** The parameters, or empty if the payload is not UTF-8. */
    public static Optional<JsonObject> of(byte[] payload) {
        int extra = 0;
        boolean ascii = true;
        for (byte b : payload) {
            ascii &= b >= 0;
            extra += escapes(b);
        }
        if (!ascii && !isUtf8(payload)) {
            return Optional.empty();
        }
        byte[] text = new byte[HEAD.length + payload.length + extra + TAIL.length];
        System.arraycopy(HEAD, 0, text, 0, HEAD.length);
        int at = HEAD.length;
        for (byte b : payload) {
            at = write(text, at, b);
        }
        System.arraycopy(TAIL, 0, text, at, TAIL.length);
        return Optional.of(
                JsonObject.trusted(new String(text, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8)));
    }

    /** How many bytes more than one a byte needs. Bytes of multi-byte characters are negative and stay as they are. */
    private static int escapes(byte b) {
        if (b == '"' || b == '\\') {
            return 1;
        }
        return b >= 0 && b < ' ' ? ESCAPED - 1 : 0;
    }

    private static int write(byte[] text, int start, byte b) {
        int at = start;
        if (b == '"' || b == '\\') {
            text[at++] = '\\';
            text[at++] = b;
        } else if (b >= 0 && b < ' ') {
            text[at++] = '\\';
            text[at++] = 'u';
            text[at++] = '0';
            text[at++] = '0';
            text[at++] = HEX[b >> 4];
            text[at++] = HEX[b & 15];
        } else {
            text[at++] = b;
        }
        return at;
    }

    private static boolean isUtf8(byte[] payload) {
        try {
            // A fresh decoder reports malformed input instead of replacing it.
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
