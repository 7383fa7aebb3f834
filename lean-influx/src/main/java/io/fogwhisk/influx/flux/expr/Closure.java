package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.flux.syntax.Expr;
import org.jspecify.annotations.Nullable;

/** A function that a script defines, with the names that it sees. */
final class Closure implements FunctionValue {

    private final Expr.Lambda lambda;
    private final Scope scope;
    private final Evaluator evaluator;

    Closure(Expr.Lambda lambda, Scope scope, Evaluator evaluator) {
        this.lambda = lambda;
        this.scope = scope;
        this.evaluator = evaluator;
    }

    @Override
    public Value call(Arguments arguments) {
        Scope inner = new Scope(scope);
        int given = 0;
        boolean pipeable = false;
        for (Expr.Parameter parameter : lambda.parameters()) {
            Value value = arguments.optional(parameter.name());
            given += value == null ? 0 : 1;
            pipeable |= parameter.pipe();
            if (value == null && parameter.pipe()) {
                value = arguments.piped();
            }
            Expr byDefault = parameter.byDefault();
            if (value == null && byDefault != null) {
                value = evaluator.evaluate(byDefault, scope);
            }
            inner.put(parameter.name(), value == null ? arguments.required(parameter.name()) : value);
        }
        if (given < arguments.names().size() || (arguments.piped() != null && !pipeable)) {
            throw arguments
                    .at()
                    .error(arguments.function() + "() does not take these arguments: "
                            + String.join(", ", arguments.names()));
        }
        evaluator.statements(lambda.statements(), inner);
        return evaluator.evaluate(lambda.value(), inner);
    }

    /** The function with another expression in place of what it returns. */
    Closure returning(Expr value) {
        return new Closure(
                new Expr.Lambda(lambda.parameters(), lambda.statements(), value, lambda.at()), scope, evaluator);
    }

    Expr.Lambda lambda() {
        return lambda;
    }

    /** Whether its value can be found in what it returns alone. */
    boolean plain() {
        return lambda.statements().isEmpty();
    }

    /** The value of an expression that does not depend on the parameters; null if there is none. */
    @Nullable
    Value outside(Expr expr) {
        return evaluator.evaluate(expr, scope);
    }
}
