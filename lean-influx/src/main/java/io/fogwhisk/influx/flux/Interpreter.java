package io.fogwhisk.influx.flux;

import io.fogwhisk.influx.flux.expr.Evaluator;
import io.fogwhisk.influx.flux.expr.Scope;
import io.fogwhisk.influx.flux.expr.Value;
import io.fogwhisk.influx.flux.library.Environment;
import io.fogwhisk.influx.flux.library.Registry;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.syntax.Script;
import io.fogwhisk.influx.flux.syntax.Statement;
import io.fogwhisk.influx.flux.table.Deadline;
import io.fogwhisk.influx.flux.table.Plan;
import java.util.HashMap;
import java.util.Map;

/** Turns a script into the plans of the results that it yields. */
final class Interpreter {

    private static final String DEFAULT_RESULT = "_result";

    private Interpreter() {}

    /** The plan of each result, by its name, in the order of the script; at least one. */
    static Map<String, Plan> results(Script script, Environment environment, Deadline deadline) {
        Map<String, String> imports = new HashMap<>();
        script.imports().forEach(imported -> imports.put(imported.name(), imported.path()));
        Evaluator evaluator = new Evaluator(Registry.of(environment), imports, deadline);
        Scope scope = new Scope(null);
        for (Statement statement : script.statements()) {
            Value value = evaluator.evaluate(statement.value(), scope);
            if (statement instanceof Statement.Assignment assignment) {
                scope.put(assignment.name(), value);
            } else if (statement instanceof Statement.Option option) {
                environment.option(option.name(), value, option.at());
                scope.put(option.name(), value);
            } else if (statement instanceof Statement.MemberOption option) {
                throw option.at().error("options of packages are not supported");
            } else if (value instanceof Value.Stream stream && !stream.yielded()) {
                environment.result(DEFAULT_RESULT, stream.plan(), statement.at());
            }
        }
        if (environment.results().isEmpty()) {
            Position at = script.statements().isEmpty()
                    ? new Position(1, 1)
                    : script.statements().get(0).value().at();
            throw at.error("this Flux script returns no streaming data");
        }
        return environment.results();
    }
}
