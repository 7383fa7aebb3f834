package io.fogwhisk.edge.workflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.edge.rpc.EdgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * A workflow as it stands in a file, with the sizes of its states.
 *
 * <p>A chain is {@code {"functions": [...]}}, a graph {@code {"successors": [[...], ...], "functionNames": [...]}}; both
 * may have {@code "dependencies": {"state": ["function", ...]}}, where null stands for nobody, and
 * {@code "state-sizes": {"state": bytes}}.
 *
 * @param workflow what the file describes
 * @param stateSizes how many bytes each state has, each at least 0
 */
public record WorkflowFile(Workflow workflow, Map<String, Integer> stateSizes) {

    /** A file with a chain, to start from. */
    public static final String CHAIN_TEMPLATE = """
            {
              "functions": ["f1", "f2", "f1"],
              "dependencies": {
                "s0": ["f1"],
                "s1": ["f1", "f2"],
                "s2": null
              },
              "state-sizes": {
                "s0": 10000,
                "s1": 50,
                "s2": 1000000
              }
            }
            """;

    /** A file with a graph, to start from. */
    public static final String DAG_TEMPLATE = """
            {
              "successors": [[1, 2], [3], [3]],
              "functionNames": ["f0", "f1", "f2", "f3"],
              "dependencies": {
                "s0": ["f0"],
                "s1": ["f1", "f3"],
                "s2": null
              },
              "state-sizes": {
                "s0": 10000,
                "s1": 50,
                "s2": 1000000
              }
            }
            """;

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Set<String> KEYS =
            Set.of("functions", "successors", "functionNames", "dependencies", "state-sizes");

    /** Checks and copies. */
    public WorkflowFile {
        Objects.requireNonNull(workflow, "workflow is null");
        stateSizes = Collections.unmodifiableMap(new LinkedHashMap<>(stateSizes));
    }

    /**
     * Reads a file.
     *
     * @throws EdgeException if it cannot be read or is faulty; the message names file and field
     */
    public static WorkflowFile read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new EdgeException("cannot read the workflow file " + file + ": " + e, e);
        }
    }

    /**
     * Reads a text.
     *
     * @param source what messages call the text
     * @throws EdgeException if it is faulty; the message names source and field
     */
    public static WorkflowFile parse(String source, String text) {
        try {
            JsonNode root = JSON.readTree(text);
            if (!root.isObject()) {
                throw new EdgeException("must be a JSON object");
            }
            root.fieldNames().forEachRemaining(key -> {
                if (!KEYS.contains(key)) {
                    throw new EdgeException("unknown key '" + key + "'");
                }
            });
            Map<String, Integer> sizes = new LinkedHashMap<>();
            entries(root, "state-sizes").forEach((state, size) -> sizes.put(state, size("state-sizes." + state, size)));
            return new WorkflowFile(workflow(root), sizes);
        } catch (JsonProcessingException e) {
            throw new EdgeException(
                    source + " is not JSON: " + e.getOriginalMessage() + " at line "
                            + e.getLocation().getLineNr(),
                    e);
        } catch (EdgeException e) {
            throw new EdgeException(source + ": " + e.getMessage(), e);
        }
    }

    private static Workflow workflow(JsonNode root) {
        Map<String, List<String>> dependencies = new LinkedHashMap<>();
        entries(root, "dependencies")
                .forEach((state, functions) -> dependencies.put(
                        state,
                        functions.isNull() ? List.of() : list("dependencies." + state, functions, WorkflowFile::name)));
        boolean chain = root.has("functions");
        boolean dag = root.has("successors") || root.has("functionNames");
        if (chain == dag) {
            throw new EdgeException(
                    "there must be either functions (a chain) or successors and functionNames (a graph)");
        }
        if (chain) {
            return new Workflow.Chain(list("functions", root.path("functions"), WorkflowFile::name), dependencies);
        }
        List<List<Integer>> successors = list(
                "successors",
                root.path("successors"),
                field -> each -> list(field, each, inner -> number -> size(inner, number)));
        return new Workflow.Dag(
                successors, list("functionNames", root.path("functionNames"), WorkflowFile::name), dependencies);
    }

    private static Map<String, JsonNode> entries(JsonNode root, String field) {
        JsonNode node = root.path(field);
        if (!node.isObject() && !node.isMissingNode() && !node.isNull()) {
            throw new EdgeException(field + " must be an object, was " + node);
        }
        Map<String, JsonNode> entries = new LinkedHashMap<>();
        node.properties().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
        return entries;
    }

    private static <T> List<T> list(String field, JsonNode node, Function<String, Function<JsonNode, T>> reader) {
        if (!node.isArray()) {
            throw new EdgeException(field + " must be a list" + (node.isMissingNode() ? "" : ", was " + node));
        }
        List<T> values = new ArrayList<>();
        for (JsonNode each : node) {
            values.add(reader.apply(field + "[" + values.size() + "]").apply(each));
        }
        return values;
    }

    private static Function<JsonNode, String> name(String field) {
        return node -> {
            if (!node.isTextual()) {
                throw new EdgeException(field + " must be a text, was " + node);
            }
            return node.textValue();
        };
    }

    private static int size(String field, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 0) {
            throw new EdgeException(field + " must be a whole number, at least 0, was " + node);
        }
        return node.intValue();
    }
}
