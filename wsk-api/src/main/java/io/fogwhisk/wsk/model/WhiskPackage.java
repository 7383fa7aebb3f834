package io.fogwhisk.wsk.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.WskException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A package, or the binding of one.
 *
 * @param parameters that its actions inherit
 * @param binding the package it stands for, if it is a binding
 */
public record WhiskPackage(
        QualifiedName name,
        SemVer version,
        boolean publish,
        List<KeyValue> annotations,
        long updated,
        List<KeyValue> parameters,
        Optional<Binding> binding)
        implements WhiskEntity {

    /** Copies the lists. */
    public WhiskPackage {
        Objects.requireNonNull(version, "version is null");
        Objects.requireNonNull(binding, "binding is null");
        annotations = List.copyOf(annotations);
        parameters = List.copyOf(parameters);
        if (name.packageName().isPresent()) {
            throw new WskException("a package cannot be in a package: " + name);
        }
    }

    /** What OpenWhisk calls the path of its actions: {@code ns/pkg}. */
    public String pathOfActions() {
        return name.namespace() + "/" + name.name();
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = WhiskEntity.common(this);
        json.set("parameters", KeyValue.toJson(parameters));
        json.putObject("binding");
        binding.ifPresent(provider -> json.set("binding", provider.toJson()));
        return json;
    }

    /** As a list shows it. */
    public ObjectNode toSummary() {
        ObjectNode json = WhiskEntity.common(this).put("binding", false);
        binding.ifPresent(provider -> json.set("binding", provider.toJson()));
        return json;
    }

    /** Reads what {@link #toJson} writes. */
    public static WhiskPackage fromJson(JsonNode json) {
        JsonNode binding = json.path("binding");
        return new WhiskPackage(
                WhiskEntity.nameOf(json),
                SemVer.parse(json.path("version").asText()),
                json.path("publish").asBoolean(),
                WhiskEntity.keyValues(json.path("annotations")),
                json.path("updated").asLong(),
                WhiskEntity.keyValues(json.path("parameters")),
                binding.path("name").isTextual()
                        ? Optional.of(new Binding(
                                binding.path("namespace").asText(),
                                binding.path("name").asText()))
                        : Optional.empty());
    }
}
