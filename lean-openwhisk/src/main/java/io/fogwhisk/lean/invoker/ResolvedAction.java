package io.fogwhisk.lean.invoker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fogwhisk.wsk.action.InProcessAction;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskEntity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An action as it is invoked: everything about it that is the same for each activation.
 *
 * @param invokedAs the name used, which may lead through a package binding
 * @param action the action it led to
 * @param allParams inherited and own: package, binding, action; later wins
 * @param params those of them that are arguments
 * @param env those that the code of a child finds in its environment
 * @param listName what activation lists find it by
 * @param annotations of each activation
 * @param code what runs in this process, or null if it runs in a child, is a sequence, or the code is gone
 * @param conductor whether its result says which action is next
 * @param knowsKey whether its code is given the key of the namespace
 */
record ResolvedAction(
        QualifiedName invokedAs,
        WhiskAction action,
        List<KeyValue> allParams,
        JsonObject params,
        Map<String, String> env,
        String listName,
        List<KeyValue> annotations,
        @Nullable InProcessAction code,
        boolean conductor,
        boolean knowsKey) {

    static ResolvedAction of(
            QualifiedName invokedAs,
            WhiskAction action,
            List<KeyValue> params,
            Optional<String> binding,
            @Nullable InProcessAction code) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        QualifiedName name = action.name();
        List<KeyValue> annotations = new ArrayList<>();
        annotations.add(new KeyValue("path", nodes.textNode(name.path() + "/" + name.name())));
        annotations.add(new KeyValue("kind", nodes.textNode(action.exec().kind())));
        annotations.add(new KeyValue("limits", action.limits().toJson()));
        binding.ifPresent(bound -> annotations.add(new KeyValue("binding", nodes.textNode(bound))));
        String listName = name.nameInNamespace();
        boolean inChild = code == null && !(action.exec() instanceof Exec.Sequence);
        List<KeyValue> arguments = params;
        Map<String, String> env = Map.of();
        if (inChild && params.stream().anyMatch(KeyValue::init)) {
            arguments = params.stream().filter(param -> !param.init()).toList();
            env = params.stream().filter(KeyValue::init).collect(Collectors.toMap(KeyValue::key, ResolvedAction::text));
        }
        return new ResolvedAction(
                invokedAs,
                action,
                params,
                WhiskEntity.asObject(arguments),
                env,
                listName,
                List.copyOf(annotations),
                code,
                !(action.exec() instanceof Exec.Sequence) && truthy(action, "conductor", false),
                truthy(action, "provide-api-key", true));
    }

    private static String text(KeyValue param) {
        JsonNode value = param.value();
        return value.isTextual() ? value.textValue() : value.toString();
    }

    /** Whether it came with the program. */
    boolean builtIn() {
        return action.exec() instanceof Exec.Code given && given.kind().equals(BuiltInActions.KIND);
    }

    /** Whether it runs others. */
    boolean composition() {
        return conductor || action.exec() instanceof Exec.Sequence;
    }

    private static boolean truthy(WhiskAction action, String annotation, boolean otherwise) {
        for (KeyValue given : action.annotations()) {
            if (given.key().equals(annotation)) {
                JsonNode value = given.value();
                if (value.isBoolean()) {
                    return value.booleanValue();
                }
                if (value.isNumber()) {
                    return value.doubleValue() != 0;
                }
                return value.isTextual() ? !value.textValue().isEmpty() : !value.isNull();
            }
        }
        return otherwise;
    }
}
