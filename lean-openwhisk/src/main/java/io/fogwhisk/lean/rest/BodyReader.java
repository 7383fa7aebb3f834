package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.store.CodeText;
import io.fogwhisk.lean.store.LeanException;
import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies of PUTs, which may hold tens of megabytes of code. A long one goes to a file first, at the pace of
 * its client; then as many are parsed at a time as fit into a fixed amount of memory, and the others wait. Thread-safe.
 */
final class BodyReader {

    /** The longest body in bytes. */
    static final int MAX_BODY = 50 * 1024 * 1024;

    private static final int IN_MEMORY = 1024 * 1024;
    private static final int MEGABYTES_AT_A_TIME = 64;
    private static final long WAIT_SECONDS = 60;
    /** Each value beside the code may take many times the memory of its text. */
    private static final int MAX_TOKENS = 1_000_000;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MAX_BODY)
                            .maxTokenCount(MAX_TOKENS)
                            .build())
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Semaphore megabytes = new Semaphore(MEGABYTES_AT_A_TIME, true);

    /**
     * A body. Close it when what came of it is stored: only then the next long one is read.
     *
     * @param json without the code
     * @param code the fields {@code code} and {@code jar} of {@code exec}, those that are texts
     * @param held how much of the memory for bodies it takes
     */
    record Body(ObjectNode json, Map<String, CodeText> code, int held, Semaphore memory) implements AutoCloseable {

        @Override
        public void close() {
            memory.release(held);
        }
    }

    /**
     * Reads the body of a request; an empty one is an empty object.
     *
     * @param expected what to say when it is JSON but no object
     * @throws LeanException 400, 413 or 415; 503 if too many long ones are under way
     */
    Body read(Context context, String expected) {
        long length = context.req().getContentLengthLong();
        if (length > MAX_BODY) {
            throw JsonBody.tooLong(length, MAX_BODY);
        }
        if (length >= 0 && length <= IN_MEMORY) {
            byte[] bytes = JsonBody.bytes(context, IN_MEMORY);
            if (bytes.length > 0) {
                JsonBody.checkType(context);
            }
            return parse(new ByteArrayInputStream(bytes), expected, 0);
        }
        JsonBody.checkType(context);
        Path file = null;
        int held = 0;
        boolean done = false;
        try {
            file = Files.createTempFile("fogwhisk-body", ".json");
            long spooled = spool(context.req().getInputStream(), file);
            held = acquire(spooled);
            try (InputStream body = Files.newInputStream(file)) {
                Body read = parse(body, expected, held);
                done = true;
                return read;
            }
        } catch (IOException e) {
            throw JsonBody.unreadable(e);
        } finally {
            if (!done) {
                megabytes.release(held);
            }
            delete(file);
        }
    }

    private int acquire(long bytes) {
        int wanted = (int) (bytes / (1024 * 1024)) + 1;
        try {
            if (megabytes.tryAcquire(wanted, WAIT_SECONDS, TimeUnit.SECONDS)) {
                return wanted;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new LeanException(503, "Too many long requests are under way: try again later.");
    }

    private static long spool(InputStream body, Path file) throws IOException {
        byte[] some = new byte[64 * 1024];
        long length = 0;
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int count = body.read(some); count >= 0; count = body.read(some)) {
                length += count;
                if (length > MAX_BODY) {
                    throw JsonBody.tooLong(length, MAX_BODY);
                }
                out.write(some, 0, count);
            }
        }
        return length;
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new LeanException(500, "The temporary file " + file + " cannot be deleted.", e);
        }
    }

    private Body parse(InputStream text, String expected, int held) {
        Map<String, CodeText> code = new HashMap<>();
        try (JsonParser parser = MAPPER.createParser(text)) {
            return new Body(json(parser, code, expected), code, held, megabytes);
        } catch (JsonProcessingException e) {
            throw JsonBody.malformed(e);
        } catch (NumberFormatException e) {
            throw new LeanException(400, "The request content was malformed:\na number is out of range", e);
        } catch (IOException e) {
            throw JsonBody.unreadable(e);
        }
    }

    private static ObjectNode json(JsonParser parser, Map<String, CodeText> code, String expected) throws IOException {
        try {
            JsonToken first = parser.nextToken();
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            if (first != null && first != JsonToken.START_OBJECT) {
                MAPPER.<JsonNode>readTree(parser);
                end(parser);
                throw Exchange.malformed(expected);
            }
            if (first != null) {
                object(parser, json, code);
                end(parser);
            }
            return json;
        } catch (StreamConstraintsException e) {
            if (parser.currentTokenCount() > MAX_TOKENS) {
                throw new LeanException(413, "Request larger than allowed: more than " + MAX_TOKENS + " values.", e);
            }
            throw e;
        }
    }

    private static void end(JsonParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw Exchange.malformed("Unexpected input after the object");
        }
    }

    /** Reads the fields of an object; of its {@code exec} the code goes aside. */
    private static void object(JsonParser parser, ObjectNode into, Map<String, CodeText> code) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("exec") && value == JsonToken.START_OBJECT) {
                exec(parser, into.putObject(name), code);
            } else {
                into.set(name, MAPPER.<JsonNode>readTree(parser));
            }
        }
    }

    private static void exec(JsonParser parser, ObjectNode into, Map<String, CodeText> code) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING && (name.equals("code") || name.equals("jar"))) {
                CodeText.Collector collector = new CodeText.Collector();
                parser.getText(collector);
                code.put(name, collector.text());
            } else {
                into.set(name, MAPPER.<JsonNode>readTree(parser));
            }
        }
    }
}
