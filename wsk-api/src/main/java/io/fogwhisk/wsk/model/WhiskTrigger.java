package io.fogwhisk.wsk.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.WskException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A trigger. The rules that listen to it, and whether each is active, are part of it.
 *
 * @param parameters that each fire gets unless the payload gives others
 * @param rules by their path and name, {@code ns/rule}
 */
public record WhiskTrigger(
        QualifiedName name,
        SemVer version,
        boolean publish,
        List<KeyValue> annotations,
        long updated,
        List<KeyValue> parameters,
        SortedMap<String, Link> rules)
        implements WhiskEntity {

    /** Copies the lists. */
    public WhiskTrigger {
        Objects.requireNonNull(version, "version is null");
        annotations = List.copyOf(annotations);
        parameters = List.copyOf(parameters);
        rules = Collections.unmodifiableSortedMap(new TreeMap<>(rules));
        if (name.packageName().isPresent()) {
            throw new WskException("a trigger cannot be in a package: " + name);
        }
    }

    /**
     * What a rule makes of this trigger.
     *
     * @param action that runs
     * @param active false if the rule is disabled
     */
    public record Link(QualifiedName action, boolean active) {

        /** Checks for null. */
        public Link {
            Objects.requireNonNull(action, "action is null");
        }
    }

    /** The feed action that the annotation {@code feed} names. */
    public Optional<String> feed() {
        return annotations.stream()
                .filter(annotation -> annotation.key().equals("feed"))
                .map(annotation -> annotation.value().asText())
                .findFirst();
    }

    /** Whether a fire runs anything. */
    public boolean hasActiveRule() {
        for (Link link : rules.values()) {
            if (link.active()) {
                return true;
            }
        }
        return false;
    }

    /** This trigger with a rule's link set. */
    public WhiskTrigger withLink(String rule, Link link) {
        SortedMap<String, Link> changed = new TreeMap<>(rules);
        changed.put(rule, link);
        return new WhiskTrigger(name, version, publish, annotations, updated, parameters, changed);
    }

    /** This trigger without a rule's link. */
    public WhiskTrigger withoutLink(String rule) {
        SortedMap<String, Link> changed = new TreeMap<>(rules);
        changed.remove(rule);
        return new WhiskTrigger(name, version, publish, annotations, updated, parameters, changed);
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = WhiskEntity.common(this);
        json.set("parameters", KeyValue.toJson(parameters));
        json.putObject("limits");
        if (!rules.isEmpty()) {
            ObjectNode links = json.putObject("rules");
            for (Map.Entry<String, Link> rule : rules.entrySet()) {
                ObjectNode link = links.putObject(rule.getKey());
                link.set("action", WhiskRule.reference(rule.getValue().action()));
                link.put("status", WhiskRule.status(rule.getValue().active()));
            }
        }
        return json;
    }

    /** As a list shows it. */
    public ObjectNode toSummary() {
        return WhiskEntity.common(this);
    }

    /** Reads what {@link #toJson} writes. */
    public static WhiskTrigger fromJson(JsonNode json) {
        SortedMap<String, Link> rules = new TreeMap<>();
        for (Map.Entry<String, JsonNode> rule : json.path("rules").properties()) {
            rules.put(
                    rule.getKey(),
                    new Link(
                            WhiskRule.referenced(rule.getValue().path("action")),
                            rule.getValue().path("status").asText().equals(WhiskRule.ACTIVE)));
        }
        return new WhiskTrigger(
                WhiskEntity.nameOf(json),
                SemVer.parse(json.path("version").asText()),
                json.path("publish").asBoolean(),
                WhiskEntity.keyValues(json.path("annotations")),
                json.path("updated").asLong(),
                WhiskEntity.keyValues(json.path("parameters")),
                rules);
    }
}
