package io.fogwhisk.edge.processor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.edge.rpc.EdgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Reads simulated computers from JSON files of version 1.0. */
public final class ComputerFile {

    /** A file to start from. */
    public static final String EXAMPLE = """
            {
              "version": "1.0",
              "processors": [
                {"name": "kiosk-cpu", "type": "GenericCpu", "speed": 2e9, "cores": 4, "memory": 1e9}
              ],
              "containers": [
                {
                  "name": "thumbnails",
                  "processor": "kiosk-cpu",
                  "lambda": {
                    "name": "shrink",
                    "requirements": "proportional",
                    "op-coeff": 25e3,
                    "op-offset": 3e6,
                    "mem-coeff": 12,
                    "mem-offset": 5e6,
                    "output-type": "copy-input"
                  },
                  "num-workers": 3
                }
              ]
            }
            """;

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String VERSION = "1.0";

    private ComputerFile() {}

    /**
     * Reads a file.
     *
     * @throws EdgeException if it cannot be read or is faulty; the message names file and field
     */
    public static ComputerSpec read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new EdgeException("cannot read the computer file " + file + ": " + e, e);
        }
    }

    /**
     * Reads a text.
     *
     * @param source what messages call the text
     * @throws EdgeException if it is faulty; the message names source and field
     */
    public static ComputerSpec parse(String source, String text) {
        try {
            Fields root = new Fields("", JSON.readTree(text));
            root.choice("version", VERSION);
            return new ComputerSpec(
                    root.list("processors", ComputerFile::processor), root.list("containers", ComputerFile::container));
        } catch (JsonProcessingException e) {
            throw new EdgeException(
                    source + " is not JSON: " + e.getOriginalMessage() + " at line "
                            + e.getLocation().getLineNr(),
                    e);
        } catch (EdgeException e) {
            throw new EdgeException(source + ": " + e.getMessage(), e);
        }
    }

    private static ProcessorSpec processor(Fields fields) {
        String type = fields.choice("type", ProcessorSpec.Type.CPU.word(), ProcessorSpec.Type.GPU.word());
        return new ProcessorSpec(
                fields.text("name"),
                type.equals(ProcessorSpec.Type.CPU.word()) ? ProcessorSpec.Type.CPU : ProcessorSpec.Type.GPU,
                fields.number("speed"),
                fields.integer("cores"),
                (long) fields.number("memory"));
    }

    private static ContainerSpec container(Fields fields) {
        Fields lambda = fields.object("lambda");
        lambda.choice("requirements", "proportional");
        Optional<String> output =
                lambda.choice("output-type", "copy-input", "fixed").equals("fixed")
                        ? Optional.of(lambda.text("output-value"))
                        : Optional.empty();
        return new ContainerSpec(
                fields.text("name"),
                fields.text("processor"),
                lambda.text("name"),
                new ContainerSpec.Needs(
                        lambda.number("op-coeff"),
                        lambda.number("op-offset"),
                        lambda.number("mem-coeff"),
                        lambda.number("mem-offset")),
                output,
                fields.integer("num-workers"),
                fields.has("max-waiting") ? fields.integer("max-waiting") : ContainerSpec.MAX_WAITING);
    }

    /** The fields of an object in a file, and where the object stands. */
    private record Fields(String path, JsonNode node) {

        Fields {
            if (!node.isObject()) {
                throw new EdgeException((path.isEmpty() ? "the file" : path) + " must be an object, was " + node);
            }
        }

        boolean has(String key) {
            return node.has(key);
        }

        String text(String key) {
            return value(key, "a text", JsonNode::isTextual).textValue();
        }

        String choice(String key, String... choices) {
            List<String> known = Arrays.asList(choices);
            return value(key, String.join(" or ", known), value -> known.contains(value.textValue()))
                    .textValue();
        }

        double number(String key) {
            return value(key, "a number", JsonNode::isNumber).doubleValue();
        }

        int integer(String key) {
            return value(key, "a whole number", value -> value.isIntegralNumber() && value.canConvertToInt())
                    .intValue();
        }

        Fields object(String key) {
            return new Fields(at(key), value(key, "an object", JsonNode::isObject));
        }

        <T> List<T> list(String key, Function<Fields, T> reader) {
            List<T> values = new ArrayList<>();
            for (JsonNode each : value(key, "a list", JsonNode::isArray)) {
                Fields fields = new Fields(at(key) + "[" + values.size() + "]", each);
                try {
                    values.add(reader.apply(fields));
                } catch (EdgeException e) {
                    String message = String.valueOf(e.getMessage());
                    throw message.startsWith(fields.path)
                            ? e
                            : new EdgeException(fields.path + ": " + e.getMessage(), e);
                }
            }
            return values;
        }

        private JsonNode value(String key, String what, Predicate<JsonNode> rule) {
            JsonNode value = node.path(key);
            if (value.isMissingNode()) {
                throw new EdgeException(at(key) + " is missing; it must be " + what);
            }
            if (!rule.test(value)) {
                throw new EdgeException(at(key) + " must be " + what + ", was " + value);
            }
            return value;
        }

        private String at(String key) {
            return path.isEmpty() ? key : path + "." + key;
        }
    }
}
