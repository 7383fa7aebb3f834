package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.expr.FunctionValue;
import io.fogwhisk.influx.flux.expr.Library;
import io.fogwhisk.influx.flux.expr.Value;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.Operation;
import io.fogwhisk.influx.flux.table.Plan;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The packages that are served, and what they hold. Not thread-safe. */
public final class Registry implements Library {

    private static final String UNIVERSE = "universe";

    private final Map<String, Map<String, Value>> packages = new HashMap<>();

    private Registry() {}

    /** What a script can use. */
    public static Registry of(Environment environment) {
        Registry registry = new Registry();
        Sources.register(registry, environment);
        Shapes.register(registry);
        Changes.register(registry);
        Aggregates.register(registry);
        Windowing.register(registry, environment);
        Conversions.register(registry, environment);
        Strings.register(registry);
        Maths.register(registry);
        Dates.register(registry, environment);
        Patterns.register(registry);
        Arrays.register(registry);
        Schema.register(registry, environment);
        SampleData.register(registry);
        return registry;
    }

    @Override
    public @Nullable Value member(String path, String name) {
        return packages.getOrDefault(path, Map.of()).get(name);
    }

    void value(String path, String name, Value value) {
        packages.computeIfAbsent(path, unused -> new HashMap<>()).put(name, value);
    }

    void function(String path, String name, FunctionValue body) {
        value(path, name, body);
    }

    void function(String name, FunctionValue body) {
        value(UNIVERSE, name, body);
    }

    /** Makes an operation of the arguments of a call. */
    @FunctionalInterface
    interface Operating {
        Operation of(Arguments arguments, Position at);
    }

    /** A function from a stream of tables to another. */
    void operation(String name, Operating operating) {
        operation(UNIVERSE, name, operating);
    }

    void operation(String path, String name, Operating operating) {
        value(path, name, (FunctionValue) arguments -> {
            Plan input = arguments.tables();
            return stream(new Plan.Step(input, operating.of(arguments, arguments.at())));
        });
    }

    static Value stream(Plan plan) {
        return new Value.Stream(() -> plan, false);
    }

    /** A function that is known and not served, with the reason. */
    void refused(String path, String name, String why) {
        value(path, name, (FunctionValue) arguments -> {
            throw arguments.at().error(arguments.function() + "() is not supported: " + why);
        });
    }
}
