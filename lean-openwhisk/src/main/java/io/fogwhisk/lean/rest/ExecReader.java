package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.lean.runtime.RuntimeKind;
import io.fogwhisk.lean.runtime.Runtimes;
import io.fogwhisk.lean.store.CodeText;
import io.fogwhisk.lean.store.EntityChange;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads the {@code exec} of an action that is put: whether this machine can run it is decided here. */
final class ExecReader {

    /** The longest code, in bytes. */
    static final long MAX_CODE = 48L * 1024 * 1024;

    private final Runtimes runtimes;
    private final SequenceCheck sequences;

    ExecReader(Runtimes runtimes, SequenceCheck sequences) {
        this.runtimes = runtimes;
        this.sequences = sequences;
    }

    /**
     * An exec that was checked as far as it can be without looking at other entities.
     *
     * @param kind resolved, never {@code family:default}
     * @param in what it becomes in the change that stores it; may throw a {@link LeanException}
     */
    record Checked(String kind, Function<EntityChange, Exec> in) {}

    /**
     * Reads an exec.
     *
     * @param code its texts {@code code} and {@code jar}, which the JSON lacks
     * @param name of the action
     * @throws LeanException 400 or 413
     */
    Checked read(JsonNode json, Map<String, CodeText> code, QualifiedName name) {
        if (!json.isObject()) {
            throw Exchange.malformed("Object expected in field 'exec'");
        }
        String given = json.path("kind").textValue();
        if (given == null) {
            throw Exchange.malformed("'kind' must be a string defined in 'exec'");
        }
        String kind = given.trim().toLowerCase(Locale.ROOT);
        if (kind.equals(Exec.SEQUENCE)) {
            Exec.Sequence sequence = sequence(json);
            return new Checked(kind, change -> sequences.checked(sequence, name));
        }
        code.values().forEach(ExecReader::checkSize);
        if (kind.equals(Exec.BLACKBOX)) {
            return blackbox(json, code);
        }
        RuntimeKind runtime = runtimes.find(kind).orElseThrow(() -> unsupported(given));
        String resolved = runtime.kind();
        CodeText text = code.getOrDefault("code", code.get("jar"));
        if (text == null) {
            throw Exchange.malformed(
                    "'code' must be a string or attachment object defined in 'exec' for '" + resolved + "' actions");
        }
        Optional<String> main = main(json, resolved);
        if (main.isEmpty() && runtime.requiresMain()) {
            throw Exchange.malformed("'main' must be a string defined in 'exec' for '" + resolved + "' actions");
        }
        return new Checked(resolved, change -> new Exec.Code(resolved, change.attach(text), text.base64(), main));
    }

    private static Exec.Sequence sequence(JsonNode json) {
        JsonNode components = json.path("components");
        if (components.isMissingNode()) {
            throw Exchange.malformed("'components' must be defined for sequence kind");
        }
        if (!components.isArray()) {
            throw Exchange.malformed("'components' must be an array");
        }
        List<QualifiedName> names = new ArrayList<>();
        try {
            for (JsonNode component : components) {
                if (!component.isTextual()) {
                    throw Exchange.malformed("a component of a sequence must be the name of an action");
                }
                names.add(QualifiedName.parse(component.textValue()));
            }
        } catch (WskException e) {
            throw new LeanException(400, "The request content was malformed:\n" + e.getMessage(), e);
        }
        if (names.isEmpty()) {
            throw new LeanException(400, "No component specified for the sequence.");
        }
        return new Exec.Sequence(names);
    }

    private Checked blackbox(JsonNode json, Map<String, CodeText> code) {
        String image = json.path("image").textValue();
        if (image == null || image.isBlank()) {
            throw Exchange.malformed("'image' must be a string defined in 'exec' for 'blackbox' actions");
        }
        if (!runtimes.blackbox()) {
            throw Exchange.malformed(
                    "Actions of kind 'blackbox' need a Docker engine, and this machine has none. Valid values are: "
                            + kinds() + ".");
        }
        CodeText text = code.get("code");
        Optional<String> main = main(json, Exec.BLACKBOX);
        return new Checked(
                Exec.BLACKBOX,
                change -> new Exec.Blackbox(
                        image.trim(),
                        Optional.ofNullable(text).map(change::attach),
                        text != null && text.base64(),
                        main));
    }

    private static Optional<String> main(JsonNode json, String kind) {
        JsonNode main = json.path("main");
        if (main.isMissingNode() || main.isNull()) {
            return Optional.empty();
        }
        if (!main.isTextual()) {
            throw Exchange.malformed("if defined, 'main' must be a string in 'exec' for '" + kind + "' actions");
        }
        return Optional.of(main.textValue());
    }

    private static void checkSize(CodeText text) {
        if (text.bytes() > MAX_CODE) {
            throw new LeanException(413, "exec larger than allowed: " + text.bytes() + " > " + MAX_CODE + " bytes.");
        }
    }

    private LeanException unsupported(String kind) {
        return Exchange.malformed("The specified runtime '" + kind
                + "' is not supported by this platform. Valid values are: " + kinds() + ".");
    }

    private String kinds() {
        List<String> kinds = new ArrayList<>();
        runtimes.kinds().forEach(runtime -> kinds.add("'" + runtime.kind() + "'"));
        kinds.add("'" + Exec.SEQUENCE + "'");
        if (runtimes.blackbox()) {
            kinds.add("'" + Exec.BLACKBOX + "'");
        }
        return String.join(", ", kinds);
    }
}
