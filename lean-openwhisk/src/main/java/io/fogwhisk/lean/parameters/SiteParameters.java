package io.fogwhisk.lean.parameters;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.catalog.SiteValues;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskEntity;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parameters of one site. What was declared gets its variables replaced; what the site gives takes the place of what
 * was declared under the same key, the more special over the more general: namespace, package, action. Variables that are
 * secrets stand only for what the catalogue declares, unless the site trusts its own users with them. Immutable.
 */
public final class SiteParameters implements SiteValues {

    /** Of a site that gives nothing; variables stay as they are. */
    public static final SiteParameters NONE = new SiteParameters(Map.of(), Map.of());

    private final Variables variables;
    private final Map<Target, Map<String, SiteValue>> given;
    private final Set<JsonNode> secrets;
    private final boolean trustsOwn;
    private final boolean givesToTriggers;

    /**
     * The parameters of a site that keeps its secrets from its own users.
     *
     * @param variables by their names, such as {@code site.id}
     * @param given what the site gives to whom, by key
     */
    public SiteParameters(Map<String, SiteValue> variables, Map<Target, Map<String, SiteValue>> given) {
        this(variables, given, false);
    }

    /**
     * The parameters of a site.
     *
     * @param trustsOwn whether secrets may stand in what was not declared by a catalogue as well
     */
    public SiteParameters(
            Map<String, SiteValue> variables, Map<Target, Map<String, SiteValue>> given, boolean trustsOwn) {
        this.variables = new Variables(variables);
        this.trustsOwn = trustsOwn;
        this.givesToTriggers = given.keySet().stream().anyMatch(target -> target.kind() == Target.Kind.TRIGGER);
        this.secrets = variables.values().stream()
                .filter(SiteValue::secret)
                .map(SiteValue::value)
                .collect(Collectors.toSet());
        Map<Target, Map<String, SiteValue>> copy = new LinkedHashMap<>();
        given.forEach((target, values) -> copy.put(target, new LinkedHashMap<>(values)));
        this.given = Map.copyOf(copy);
    }

    /**
     * Parameters that were declared together.
     *
     * @param from for people: of what they are
     * @param followed whether the catalogue declares them
     */
    public record Layer(String from, List<KeyValue> parameters, boolean followed) {

        /** Copies the list. */
        public Layer {
            parameters = List.copyOf(parameters);
        }
    }

    /**
     * What holds at this site.
     *
     * @param declared a later layer takes the place of an earlier one
     * @param targets to whom the site may have given something; a later one takes the place of an earlier one
     */
    public List<Effective> merge(List<Layer> declared, List<Target> targets) {
        Map<String, Effective> merged = new LinkedHashMap<>();
        for (Layer layer : declared) {
            for (KeyValue parameter : layer.parameters()) {
                Variables.Replaced replaced = variables.replace(parameter.value(), layer.followed() || trustsOwn);
                merged.put(
                        parameter.key(),
                        new Effective(
                                with(parameter, replaced.value()),
                                layer.from(),
                                // Also where somebody wrote the secret itself down.
                                replaced.secret() || secrets.contains(replaced.value()),
                                replaced.unknown()));
            }
        }
        for (Target target : targets) {
            given.getOrDefault(target, Map.of()).forEach((key, value) -> {
                Effective declaredOne = merged.get(key);
                KeyValue parameter = declaredOne == null
                        ? new KeyValue(key, value.value())
                        : with(declaredOne.parameter(), value.value());
                merged.put(key, new Effective(parameter, "this site, for " + target, value.secret(), Set.of()));
            });
        }
        return List.copyOf(merged.values());
    }

    /** Whether the site gives anything to any trigger. */
    public boolean givesToTriggers() {
        return givesToTriggers;
    }

    /**
     * What a trigger gives to each of its fires at this site.
     *
     * @param followed whether the catalogue declares it
     */
    public JsonObject trigger(WhiskTrigger trigger, boolean followed) {
        Target target = new Target(Target.Kind.TRIGGER, plain(trigger.name()));
        return WhiskEntity.asObject(
                merge(List.of(new Layer("", trigger.parameters(), followed)), List.of(target)).stream()
                        .map(Effective::parameter)
                        .toList());
    }

    @Override
    public ObjectNode feed(QualifiedName trigger, ObjectNode declared) {
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        declared.properties().forEach(entry -> values.set(entry.getKey(), known(entry.getKey(), entry.getValue())));
        given.getOrDefault(new Target(Target.Kind.FEED, plain(trigger)), Map.of())
                .forEach((key, value) -> values.set(key, value.value()));
        return values;
    }

    /** {@code ns/[pkg/]name}, as {@link Target#name} has it. */
    public static String plain(QualifiedName name) {
        return name.path() + "/" + name.name();
    }

    private JsonNode known(String key, JsonNode value) {
        Variables.Replaced replaced = variables.replace(value, true);
        if (!replaced.unknown().isEmpty()) {
            throw new WskException("the value of '" + key + "' asks for ${" + String.join("}, ${", replaced.unknown())
                    + "}, which this site does not have");
        }
        return replaced.value();
    }

    private static KeyValue with(KeyValue parameter, JsonNode value) {
        return new KeyValue(parameter.key(), value, parameter.init(), parameter.encryption());
    }
}
