package io.fogwhisk.influx.flux.syntax;

/** A statement of a script, or of a function's body. */
public sealed interface Statement {

    /** Where it starts. */
    Position at();

    /** The expression it holds. */
    Expr value();

    /** {@code name = value}. */
    record Assignment(String name, Expr value, Position at) implements Statement {}

    /** {@code option name = value}. */
    record Option(String name, Expr value, Position at) implements Statement {}

    /** {@code option package.name = value}. */
    record MemberOption(String object, String name, Expr value, Position at) implements Statement {}

    /** An expression of its own; what it yields is a result. */
    record Expression(Expr value) implements Statement {
        @Override
        public Position at() {
            return value.at();
        }
    }
}
