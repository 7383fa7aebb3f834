package io.fogwhisk.influx.flux.syntax;

import io.fogwhisk.influx.flux.time.FluxDuration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** An expression as it was written. */
public sealed interface Expr {

    /** Where it starts. */
    Position at();

    /** A text in quotes. */
    record StringLiteral(String value, Position at) implements Expr {}

    /** A whole number. */
    record IntegerLiteral(long value, Position at) implements Expr {}

    /** A number with a fraction. */
    record FloatLiteral(double value, Position at) implements Expr {}

    /** True or false. */
    record BooleanLiteral(boolean value, Position at) implements Expr {}

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

    /** {@code object.name} or {@code object["name"]}. */
    record Member(Expr object, String name, Position at) implements Expr {}

    /** A call; every argument has a name. */
    record Call(Expr function, Map<String, Expr> arguments, Position at) implements Expr {}

    /** {@code left |> call}. */
    record Pipe(Expr left, Call call, Position at) implements Expr {}

    /** {@code (a, b) => body}. */
    record Lambda(List<String> parameters, Expr body, Position at) implements Expr {}

    /** {@code -x}, {@code not x} or {@code exists x}. */
    record Unary(String operator, Expr operand, Position at) implements Expr {}

    /** A comparison, or {@code and} and {@code or}. */
    record Binary(String operator, Expr left, Expr right, Position at) implements Expr {}
}
