package io.fogwhisk.influx.flux.syntax;

import com.google.re2j.Pattern;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An expression as it was written. */
public sealed interface Expr {

    /** Where it starts; for an operator between two operands, where the operator stands. */
    Position at();

    /** A text in quotes. */
    record StringLiteral(String value, Position at) implements Expr {}

    /** A text in quotes with expressions between: {@code "a${b}c"}; texts are {@link StringLiteral}s. */
    record Interpolation(List<Expr> parts, Position at) implements Expr {}

    /** A whole number. */
    record IntegerLiteral(long value, Position at) implements Expr {}

    /** A number with a fraction. */
    record FloatLiteral(double value, Position at) implements Expr {}

    /** A length of time. */
    record DurationLiteral(FluxDuration value, Position at) implements Expr {}

    /** A point in time, nanoseconds since 1970. */
    record TimeLiteral(long nanos, Position at) implements Expr {}

    /** A regular expression. */
    record RegexLiteral(Pattern pattern, Position at) implements Expr {}

    /** A name. */
    record Identifier(String name, Position at) implements Expr {}

    /** A list in brackets. */
    record ArrayLiteral(List<Expr> items, Position at) implements Expr {}

    /** A dictionary: {@code ["a": 1]}. */
    record DictionaryLiteral(List<Expr> keys, List<Expr> values, Position at) implements Expr {}

    /**
     * A record: {@code {a: 1}} or {@code {r with a: 1}}.
     *
     * @param base the record it extends, if it does
     * @param properties in their order; of several with one name the last counts
     */
    record RecordLiteral(Optional<Identifier> base, Map<String, Expr> properties, Position at) implements Expr {}

    /** {@code object.name} or {@code object["name"]}. */
    record Member(Expr object, String name, Position at) implements Expr {}

    /** {@code array[index]}. */
    record Index(Expr array, Expr index, Position at) implements Expr {}

    /** A call; every argument has a name. */
    record Call(Expr function, Map<String, Expr> arguments, Position at) implements Expr {}

    /** {@code left |> call}. */
    record Pipe(Expr left, Call call, Position at) implements Expr {}

    /** {@code if test then consequence else alternative}. */
    record Conditional(Expr test, Expr consequence, Expr alternative, Position at) implements Expr {}

    /**
     * {@code (a, b=1, c=<-) => value} or {@code (a) => { x = a return x }}.
     *
     * @param statements those of a body in braces before its {@code return}
     * @param value what it returns
     */
    record Lambda(List<Parameter> parameters, List<Statement> statements, Expr value, Position at) implements Expr {}

    /**
     * A parameter of a function.
     *
     * @param byDefault its value where the call gives none, null if it must be given
     * @param pipe whether it takes what stands before {@code |>}
     */
    record Parameter(String name, @Nullable Expr byDefault, boolean pipe, Position at) {}

    /** {@code -x}, {@code not x} or {@code exists x}. */
    record Unary(String operator, Expr operand, Position at) implements Expr {}

    /** Arithmetic, a comparison, or {@code and} and {@code or}. */
    record Binary(String operator, Expr left, Expr right, Position at) implements Expr {}
}
