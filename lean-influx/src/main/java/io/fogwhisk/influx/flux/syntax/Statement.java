package io.fogwhisk.influx.flux.syntax;

import java.util.Optional;

/**
 * A statement: an expression, whose value is given a name or not.
 *
 * @param name the variable it assigns, if it does
 * @param value the expression
 */
public record Statement(Optional<String> name, Expr value) {}
