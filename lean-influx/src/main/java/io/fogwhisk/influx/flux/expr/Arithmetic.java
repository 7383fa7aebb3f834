package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;

/**
 * The operators that compute: both sides are of one type, as Flux converts nothing by itself. Whole numbers wrap around
 * where they do not fit, and dividing them by zero is an error; null with anything is null.
 */
final class Arithmetic {

    private Arithmetic() {}

    static Scalar of(String operator, Scalar left, Scalar right, Position at) {
        BasicType type = left.type();
        if (type == null || right.type() == null) {
            return Scalar.NULL;
        }
        if (type != right.type()) {
            throw at.error("unsupported operation " + type.text() + " " + operator + " "
                    + right.type().text() + ": convert one side, as with float(v: ...)");
        }
        Node node = node(operator, type, left.node(), right.node(), at);
        return Scalar.computed(type, node, at, left, right);
    }

    private static Node node(String operator, BasicType type, Node left, Node right, Position at) {
        if (type == BasicType.FLOAT) {
            Floats floats = floats(operator);
            return row -> left.value(row) instanceof Double one && right.value(row) instanceof Double other
                    ? (Object) floats.of(one, other)
                    : null;
        }
        if (type == BasicType.INT || type == BasicType.UINT) {
            Longs longs = longs(operator, type == BasicType.UINT, at);
            return row -> left.value(row) instanceof Long one && right.value(row) instanceof Long other
                    ? (Object) longs.of(one, other)
                    : null;
        }
        if (type == BasicType.STRING && operator.equals("+")) {
            return row -> left.value(row) instanceof String one && right.value(row) instanceof String other
                    ? joined(one, other, at)
                    : null;
        }
        throw at.error("unsupported operation " + type.text() + " " + operator + " " + type.text());
    }

    private static String joined(String left, String right, Position at) {
        if (left.length() + right.length() > BoundedText.MAX_LENGTH) {
            throw BoundedText.tooLong(at);
        }
        return left + right;
    }

    static Scalar negated(Scalar operand, Position at) {
        BasicType type = operand.type();
        Node node = operand.node();
        if (type == null) {
            return Scalar.NULL;
        }
        return switch (type) {
            case INT, UINT ->
                Scalar.computed(type, row -> node.value(row) instanceof Long number ? -number : null, at, operand);
            case FLOAT ->
                Scalar.computed(type, row -> node.value(row) instanceof Double number ? -number : null, at, operand);
            case DURATION ->
                Scalar.computed(
                        type,
                        row -> node.value(row) instanceof FluxDuration duration ? duration.negated() : null,
                        at,
                        operand);
            default -> throw at.error("operator - is not defined for " + type.text());
        };
    }

    /** On numbers with a fraction. */
    private interface Floats {
        double of(double left, double right);
    }

    /** On whole numbers. */
    private interface Longs {
        long of(long left, long right);
    }

    private static Floats floats(String operator) {
        return switch (operator) {
            case "+" -> (left, right) -> left + right;
            case "-" -> (left, right) -> left - right;
            case "*" -> (left, right) -> left * right;
            case "/" -> (left, right) -> left / right;
            case "%" -> (left, right) -> left % right;
            default -> Math::pow;
        };
    }

    private static Longs longs(String operator, boolean unsigned, Position at) {
        return switch (operator) {
            case "+" -> Long::sum;
            case "-" -> (left, right) -> left - right;
            case "*" -> (left, right) -> left * right;
            case "/" ->
                (left, right) -> {
                    if (right == 0) {
                        throw at.error("cannot divide by zero");
                    }
                    return unsigned ? Long.divideUnsigned(left, right) : left / right;
                };
            case "%" ->
                (left, right) -> {
                    if (right == 0) {
                        throw at.error("cannot mod zero");
                    }
                    return unsigned ? Long.remainderUnsigned(left, right) : left % right;
                };
            // As in Flux, through floating point.
            default -> (left, right) -> (long) Math.pow((double) left, (double) right);
        };
    }
}
