package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.store.CodeText;
import io.fogwhisk.lean.store.EntityChange;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.Binding;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskEntity;
import io.fogwhisk.wsk.model.WhiskPackage;
import io.fogwhisk.wsk.model.WhiskRule;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Reads entities from documents in the layout in which Apache OpenWhisk stores them. */
final class EntityReader {

    private static final String INLINED = "mem";
    private static final String BESIDE = "couch";
    /** A multiple of three bytes becomes base64 without padding, so pieces can be put one after the other. */
    private static final int PIECE = 3 * 16 * 1024;

    private EntityReader() {}

    /**
     * An entity whose code is not stored yet.
     *
     * @param entity an action has empty code
     * @param code what the action runs, if it has any
     */
    record Draft(WhiskEntity entity, Optional<CodeText> code) {

        /** The entity, as a part of the change that stores its code. */
        WhiskEntity in(EntityChange change) {
            return entity instanceof WhiskAction action && code.isPresent()
                    ? withCode(action, change.attach(code.get()))
                    : entity;
        }
    }

    /**
     * Reads a document.
     *
     * @param id which says the entity's name as its fields do
     * @throws WskException if it is no entity of OpenWhisk, with the reason
     */
    static Draft read(String id, CatalogDocument document) {
        ObjectNode body = document.body();
        JsonNode type = body.path("entityType");
        Draft draft = switch (type.isTextual() ? type.textValue() : "") {
            case "action" -> action(body, document);
            case "package" -> new Draft(packageOf(WhiskPackage.fromJson(body)), Optional.empty());
            case "trigger" -> new Draft(WhiskTrigger.fromJson(body), Optional.empty());
            case "rule" -> new Draft(rule(WhiskRule.fromJson(body)), Optional.empty());
            default ->
                throw new WskException("its entityType must be action, package, trigger or rule, was "
                        + (type.isTextual() ? "'" + type.textValue() + "'" : "missing"));
        };
        String name = draft.entity().name().toString().substring(1);
        if (!name.equals(id)) {
            throw new WskException("its namespace and name say '" + name + "', and its id something else");
        }
        return draft;
    }

    /** The entity that a document is about, if its id is the name of one. */
    static Optional<QualifiedName> name(String id) {
        try {
            return Optional.of(QualifiedName.parse("/" + id));
        } catch (WskException e) {
            return Optional.empty();
        }
    }

    private static Draft action(ObjectNode body, CatalogDocument document) {
        JsonNode given = body.path("exec");
        if (!(given instanceof ObjectNode exec)) {
            throw new WskException("its exec must be an object");
        }
        JsonNode code = exec.has("code") ? exec.path("code") : exec.path("jar");
        Optional<CodeText> text = Optional.empty();
        ObjectNode readable = body.objectNode();
        readable.setAll(body);
        ObjectNode stripped = readable.putObject("exec");
        stripped.setAll(exec);
        stripped.remove("jar");
        stripped.remove("code");
        if (!code.isMissingNode() && !code.isNull()) {
            boolean binary = exec.path("binary").isBoolean()
                    ? exec.path("binary").booleanValue()
                    : code.isObject() && !code.path("attachmentType").asText().startsWith("text/");
            CodeText found = code.isTextual() ? CodeText.of(code.textValue()) : attached(code, document, binary);
            text = Optional.of(found);
            stripped.put("code", "");
            stripped.put("binary", (exec.has("binary") || code.isObject()) ? binary : found.base64());
        }
        WhiskAction action = WhiskAction.fromJson(readable);
        if (action.exec() instanceof Exec.Sequence sequence) {
            String namespace = action.name().namespace();
            Exec resolved = new Exec.Sequence(sequence.components().stream()
                    .map(each -> each.resolve(namespace))
                    .toList());
            return new Draft(withExec(action, resolved), Optional.empty());
        }
        return new Draft(action, text);
    }

    private static CodeText attached(JsonNode code, CatalogDocument document, boolean binary) {
        String name = code.path("attachmentName").asText();
        int colon = name.indexOf(':');
        String scheme = colon < 0 ? BESIDE : name.substring(0, colon);
        String path = name.substring(colon + 1);
        if (scheme.equals(INLINED)) {
            return text(Base64.getUrlDecoder().decode(path.replace('+', '-').replace('/', '_')), binary);
        }
        if (!scheme.equals(BESIDE)) {
            throw new WskException("its code is kept outside of the catalogue, in '" + scheme + "'");
        }
        CatalogDocument.Attachment attachment = document.attachments().get(path);
        if (attachment == null) {
            throw new WskException("its code, the attachment '" + path + "', is not there");
        }
        return text(attachment.bytes(), binary);
    }

    /** Code may be tens of megabytes long, so it is never in memory as one text. */
    private static CodeText text(byte[] bytes, boolean binary) {
        CodeText.Collector collector = new CodeText.Collector();
        if (binary) {
            for (int from = 0; from < bytes.length; from += PIECE) {
                byte[] some = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PIECE));
                char[] digits = new String(Base64.getEncoder().encode(some), StandardCharsets.ISO_8859_1).toCharArray();
                collector.write(digits, 0, digits.length);
            }
            return collector.text();
        }
        try (Reader reader = new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8)) {
            char[] some = new char[PIECE];
            for (int count = reader.read(some); count >= 0; count = reader.read(some)) {
                collector.write(some, 0, count);
            }
        } catch (IOException e) {
            throw new WskException("its code cannot be read: " + e.getMessage(), e);
        }
        return collector.text();
    }

    private static WhiskAction withCode(WhiskAction action, ActionCode code) {
        if (action.exec() instanceof Exec.Blackbox exec) {
            return withExec(action, new Exec.Blackbox(exec.image(), Optional.of(code), exec.binary(), exec.main()));
        }
        Exec exec = action.exec();
        Optional<String> main = exec instanceof Exec.Code known ? known.main() : Optional.empty();
        return withExec(action, new Exec.Code(exec.kind(), code, exec.binary(), main));
    }

    private static WhiskAction withExec(WhiskAction action, Exec exec) {
        return new WhiskAction(
                action.name(),
                action.version(),
                action.publish(),
                action.annotations(),
                action.updated(),
                action.parameters(),
                exec,
                action.limits());
    }

    private static WhiskPackage packageOf(WhiskPackage pkg) {
        String own = pkg.name().namespace();
        return new WhiskPackage(
                pkg.name(),
                pkg.version(),
                pkg.publish(),
                pkg.annotations(),
                pkg.updated(),
                pkg.parameters(),
                pkg.binding()
                        .map(binding -> binding.namespace().equals(QualifiedName.DEFAULT_NAMESPACE)
                                ? new Binding(own, binding.name())
                                : binding));
    }

    private static WhiskRule rule(WhiskRule rule) {
        String own = rule.name().namespace();
        return new WhiskRule(
                rule.name(),
                rule.version(),
                rule.publish(),
                rule.annotations(),
                rule.updated(),
                rule.trigger().resolve(own),
                rule.action().resolve(own));
    }
}
