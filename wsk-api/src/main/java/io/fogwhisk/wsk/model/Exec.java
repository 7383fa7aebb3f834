package io.fogwhisk.wsk.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.WskException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What an action executes. */
public sealed interface Exec {

    /** The kind of a sequence of actions. */
    String SEQUENCE = "sequence";

    /** The kind of an action whose code is an image. */
    String BLACKBOX = "blackbox";

    /** Such as {@code nodejs:20}, {@code sequence} or {@code blackbox}. */
    String kind();

    /** Whether the code is base64. */
    boolean binary();

    /** As OpenWhisk writes it, with or without the code itself. */
    ObjectNode toJson(boolean withCode);

    /**
     * Code of a language runtime.
     *
     * @param kind such as {@code nodejs:20}
     * @param code what runs
     * @param binary whether {@code code} is base64
     * @param main the entry point, where the runtime does not know it
     */
    record Code(String kind, ActionCode code, boolean binary, Optional<String> main) implements Exec {

        /** Checks for null. */
        public Code {
            Objects.requireNonNull(kind, "kind is null");
            Objects.requireNonNull(code, "code is null");
            Objects.requireNonNull(main, "main is null");
        }

        @Override
        public ObjectNode toJson(boolean withCode) {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("kind", kind);
            if (withCode) {
                json.set("code", code.toJson());
            }
            main.ifPresent(entry -> json.put("main", entry));
            return json.put("binary", binary);
        }
    }

    /**
     * Actions that run one after the other, each on the result of the one before.
     *
     * @param components at least one
     */
    record Sequence(List<QualifiedName> components) implements Exec {

        /** The most actions that one sequence, or one composition, runs. */
        public static final int MAX_ACTIONS = 50;

        /** Checks that there is one, and copies the list. */
        public Sequence {
            components = List.copyOf(components);
            if (components.isEmpty()) {
                throw new WskException("No component specified for the sequence.");
            }
        }

        @Override
        public String kind() {
            return SEQUENCE;
        }

        @Override
        public boolean binary() {
            return false;
        }

        @Override
        public ObjectNode toJson(boolean withCode) {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("kind", SEQUENCE);
            ArrayNode names = json.putArray("components");
            components.forEach(component -> names.add(component.toString()));
            return json.put("binary", false);
        }
    }

    /**
     * A container image.
     *
     * @param image such as {@code owner/name:tag}
     * @param code what the image is given to run
     * @param binary whether {@code code} is base64
     * @param main the entry point
     */
    record Blackbox(String image, Optional<ActionCode> code, boolean binary, Optional<String> main) implements Exec {

        /** Checks for null. */
        public Blackbox {
            Objects.requireNonNull(image, "image is null");
            Objects.requireNonNull(code, "code is null");
            Objects.requireNonNull(main, "main is null");
        }

        @Override
        public String kind() {
            return BLACKBOX;
        }

        @Override
        public ObjectNode toJson(boolean withCode) {
            ObjectNode json =
                    JsonNodeFactory.instance.objectNode().put("kind", BLACKBOX).put("image", image);
            if (withCode) {
                code.ifPresent(given -> json.set("code", given.toJson()));
            }
            main.ifPresent(entry -> json.put("main", entry));
            return json.put("binary", binary);
        }
    }

    /**
     * Reads what {@link #toJson} writes, with the code.
     *
     * @throws WskException with OpenWhisk's own words
     */
    static Exec fromJson(JsonNode json) {
        String kind = text(json, "kind")
                .orElseThrow(() -> new WskException("'kind' must be a string defined in 'exec'"))
                .trim();
        boolean binary = json.path("binary").asBoolean(false);
        if (kind.equals(SEQUENCE)) {
            List<QualifiedName> components = new ArrayList<>();
            json.path("components").forEach(name -> components.add(QualifiedName.parse(name.asText())));
            return new Sequence(components);
        }
        if (kind.equals(BLACKBOX)) {
            String image = text(json, "image")
                    .orElseThrow(() ->
                            new WskException("'image' must be a string defined in 'exec' for 'blackbox' actions"));
            return new Blackbox(image, ActionCode.fromJson(json.path("code")), binary, text(json, "main"));
        }
        ActionCode code = ActionCode.fromJson(json.path("code"))
                .orElseThrow(() -> new WskException(
                        "'code' must be a string or attachment object defined in 'exec' for '" + kind + "' actions"));
        return new Code(kind, code, binary, text(json, "main"));
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.ofNullable(json.path(field).textValue());
    }
}
