package io.fogwhisk.feed.trigger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.PayloadFormat;
import io.fogwhisk.feed.registry.PayloadFormat.Detail;
import io.fogwhisk.wsk.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the JSON object that a message gives its trigger: by default {@code {"type":"message","body":"<the payload as
 * text>"}}, by hand, because this is the one JSON text that every message pays for. What a format adds comes after it.
 */
public final class MessagePayload {

    private static final byte[] HEAD = "{\"type\":\"message\",\"body\":\"".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] TAIL = "\"}".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
    private static final int ESCAPED = 6;
    private static final int BAD_REQUEST = 400;
    private static final Refused NOT_UTF_8 = refused("not UTF-8: use format base64");
    // The reader allows 1,000: the object and the batch around a body count as well.
    private static final int MAX_DEPTH = 990;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private MessagePayload() {}

    /** What became of a message. */
    public sealed interface Formed {}

    /**
     * The object.
     *
     * @param bytes of its text in UTF-8
     */
    public record Written(String json, int bytes) implements Formed {}

    /** The message cannot be written in the feed's format. */
    public record Refused(Outcome.Rejected reason) implements Formed {}

    /** Writes a message in a format, as one object, whether the format asks for batches or not. */
    public static Formed of(Message message, PayloadFormat format) {
        if (format.body() == PayloadFormat.Body.TEXT) {
            Formed text = text(message.payload());
            return format.details().isEmpty() || !(text instanceof Written written)
                    ? text
                    : written(
                            new StringBuilder(written.json).deleteCharAt(written.json.length() - 1),
                            message,
                            format.details());
        }
        StringBuilder text = new StringBuilder("{\"type\":\"message\",\"body\":");
        if (format.body() == PayloadFormat.Body.BASE64) {
            text.append('"')
                    .append(Base64.getEncoder().encodeToString(message.payload()))
                    .append('"');
            return written(text, message, format.details());
        }
        String json = decoded(message.payload());
        if (json == null) {
            return NOT_UTF_8;
        }
        String fault = fault(json);
        return fault == null
                ? written(text.append(json), message, format.details())
                : refused("not JSON, as format json asks for: " + fault);
    }

    private static Formed text(byte[] payload) {
        int extra = 0;
        boolean ascii = true;
        for (byte b : payload) {
            ascii &= b >= 0;
            extra += escapes(b);
        }
        if (!ascii && decoded(payload) == null) {
            return NOT_UTF_8;
        }
        byte[] text = new byte[HEAD.length + payload.length + extra + TAIL.length];
        System.arraycopy(HEAD, 0, text, 0, HEAD.length);
        int at = HEAD.length;
        for (byte b : payload) {
            at = write(text, at, b);
        }
        System.arraycopy(TAIL, 0, text, at, TAIL.length);
        return new Written(new String(text, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8), text.length);
    }

    private static Written written(StringBuilder text, Message message, Set<Detail> details) {
        if (details.contains(Detail.TOPIC)) {
            text.append(",\"topic\":\"")
                    .append(JsonStringEncoder.getInstance().quoteAsString(message.topic()))
                    .append('"');
        }
        if (details.contains(Detail.QOS)) {
            text.append(",\"qos\":").append(message.qos());
        }
        if (details.contains(Detail.RETAIN)) {
            text.append(",\"retain\":").append(message.retained());
        }
        if (details.contains(Detail.PROPERTIES)) {
            text.append(",\"properties\":").append(PropertiesJson.write(message.properties()));
        }
        if (details.contains(Detail.TIME)) {
            text.append(",\"time\":").append(message.receivedAt());
        }
        text.append('}');
        return new Written(text.toString(), utf8Length(text));
    }

    private static Refused refused(String reason) {
        return new Refused(new Outcome.Rejected(BAD_REQUEST, reason));
    }

    /** What is wrong with a text that should be one JSON value, or null. The value itself is passed on as it came. */
    private static @Nullable String fault(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                return "it is empty";
            }
            parser.skipChildren();
            return parser.nextToken() == null ? null : "there is more than one value";
        } catch (JsonProcessingException e) {
            return e.getOriginalMessage();
        } catch (IOException e) {
            throw new FeedException("cannot read a text: " + e.getMessage(), e);
        }
    }

    private static int utf8Length(CharSequence text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a pair counts two of its four.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
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

    /** Null if it is not UTF-8: a fresh decoder reports malformed input instead of replacing it. */
    private static @Nullable String decoded(byte[] payload) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
