package io.fogwhisk.wsk.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.WskException;
import org.jspecify.annotations.Nullable;

/**
 * An immutable JSON object: the parameters of a call or the result of an action. It holds its text, its tree, or both,
 * and makes the other when first asked, so that a stage that only passes it on pays for neither. Numbers keep their
 * exact decimal form. Thread-safe.
 */
public final class JsonObject {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    private static final JsonObject EMPTY = new JsonObject(null, MAPPER.createObjectNode());

    // Both are written at most once per value with equal results, so a race costs time but not correctness.
    private volatile @Nullable String text;
    private volatile @Nullable ObjectNode tree;

    private JsonObject(@Nullable String text, @Nullable ObjectNode tree) {
        this.text = text;
        this.tree = tree;
    }

    /** {@code {}}. */
    public static JsonObject empty() {
        return EMPTY;
    }

    /** An object of a tree; the tree is copied. */
    public static JsonObject of(ObjectNode tree) {
        return new JsonObject(null, tree.deepCopy());
    }

    /** An object of a tree that the caller hands over and will not change any more. */
    public static JsonObject adopt(ObjectNode tree) {
        return new JsonObject(null, tree);
    }

    /**
     * An object of a text that is known to be a JSON object, such as one that we wrote or checked before.
     * {@link #tree} throws if it is not.
     */
    public static JsonObject trusted(String text) {
        return new JsonObject(text, null);
    }

    /**
     * Reads a text.
     *
     * @throws WskException if it is not JSON, or not an object
     */
    public static JsonObject parse(String text) {
        return new JsonObject(text, read(text));
    }

    /** The object as compact JSON. */
    public String text() {
        String known = text;
        if (known == null) {
            ObjectNode source = tree;
            try {
                known = MAPPER.writeValueAsString(source);
            } catch (JsonProcessingException e) {
                throw new WskException("cannot write a JSON object: " + e.getOriginalMessage(), e);
            }
            text = known;
        }
        return known;
    }

    /** The object as a tree, to read only; see {@link #copy} for one to change. */
    public ObjectNode tree() {
        ObjectNode known = tree;
        if (known == null) {
            known = read(text());
            tree = known;
        }
        return known;
    }

    /** A tree of the caller's own. */
    public ObjectNode copy() {
        return tree().deepCopy();
    }

    /** This object with the other's fields on top: later wins, one level deep. */
    public JsonObject merge(JsonObject over) {
        if (tree().isEmpty()) {
            return over;
        }
        if (over.tree().isEmpty()) {
            return this;
        }
        ObjectNode merged = MAPPER.createObjectNode();
        merged.setAll(tree());
        merged.setAll(over.tree());
        return adopt(merged);
    }

    private static ObjectNode read(String text) {
        if (readTree(text) instanceof ObjectNode object) {
            return object;
        }
        throw new WskException("JSON object expected");
    }

    /**
     * Reads any JSON as this class reads objects: numbers keep their exact decimal form.
     *
     * @throws WskException if it is not JSON
     */
    public static JsonNode readTree(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new WskException("not JSON: " + e.getOriginalMessage(), e);
        } catch (NumberFormatException e) {
            // An exponent beyond any decimal, such as 1e99999999999.
            throw new WskException("not JSON: a number is out of range", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonObject object && tree().equals(object.tree());
    }

    @Override
    public int hashCode() {
        return tree().hashCode();
    }

    /** Says what it is, not what is in it: parameters hold secrets and must not reach a log. */
    @Override
    public String toString() {
        return "JsonObject";
    }
}
