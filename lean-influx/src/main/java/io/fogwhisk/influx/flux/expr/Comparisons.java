package io.fogwhisk.influx.flux.expr;

import com.google.re2j.Pattern;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.ColumnType;
import io.fogwhisk.influx.flux.time.FluxDuration;
import org.jspecify.annotations.Nullable;

/**
 * The operators whose outcome is true, false or null. Types are checked when an expression is bound to columns: a
 * comparison of a number with a text is an error, not false. A comparison with null is null, and {@code and} and {@code
 * or} follow the logic of three values.
 */
final class Comparisons {

    private Comparisons() {}

    /** And, whose outcome is decided by one false, and or, which is decided by one true. */
    static Scalar logic(String operator, Scalar left, Scalar right, Position at) {
        Node first = bool(left, at).node();
        Node second = bool(right, at).node();
        Boolean decisive = operator.equals("or");
        return Scalar.computed(
                BasicType.BOOL,
                row -> {
                    Object one = first.value(row);
                    if (decisive.equals(one)) {
                        return decisive;
                    }
                    Object other = second.value(row);
                    return decisive.equals(other) || (one != null && other != null) ? other : null;
                },
                at,
                left,
                right);
    }

    static Scalar not(Scalar operand, Position at) {
        Node node = bool(operand, at).node();
        return Scalar.computed(
                BasicType.BOOL, row -> node.value(row) instanceof Boolean flag ? !flag : null, at, operand);
    }

    static Scalar exists(Scalar operand, Position at) {
        Node node = operand.node();
        return Scalar.computed(BasicType.BOOL, row -> node.value(row) != null, at, operand);
    }

    /** A value that is true, false or null. */
    static Scalar bool(Scalar scalar, Position at) {
        if (scalar.type() != null && scalar.type() != BasicType.BOOL) {
            throw at.error("expected true or false, found " + scalar.described());
        }
        return scalar;
    }

    static Scalar matches(String operator, Scalar left, Scalar right, Position at) {
        if (left.type() == null || right.type() == null) {
            return Scalar.NULL;
        }
        if (left.type() != BasicType.STRING || right.type() != BasicType.REGEXP) {
            throw at.error("cannot match " + left.described() + " with " + right.described());
        }
        boolean wanted = operator.equals("=~");
        Node text = left.node();
        Node pattern = right.node();
        return Scalar.computed(
                BasicType.BOOL,
                row -> text.value(row) instanceof String value && pattern.value(row) instanceof Pattern regex
                        ? regex.matcher(value).find() == wanted
                        : null,
                at,
                left,
                right);
    }

    static Scalar compared(String operator, Scalar left, Scalar right, Position at) {
        BasicType leftType = left.type();
        BasicType rightType = right.type();
        if (leftType == null || rightType == null) {
            return Scalar.NULL;
        }
        boolean numbers = leftType.number() && rightType.number();
        if (leftType != rightType && !numbers) {
            throw at.error("cannot compare " + leftType.text() + " with " + rightType.text());
        }
        boolean ordering = !operator.equals("==") && !operator.equals("!=");
        if (leftType == BasicType.REGEXP || (leftType == BasicType.BOOL && ordering)) {
            throw at.error("operator " + operator + " is not defined for " + leftType.text());
        }
        Node one = left.node();
        Node other = right.node();
        Node node = leftType == BasicType.FLOAT && rightType == BasicType.FLOAT
                ? floats(operator, one, other)
                : ordered(operator, leftType, one, rightType, other);
        return Scalar.computed(BasicType.BOOL, node, at, left, right);
    }

    /** Not by an order of all numbers: what is no number is neither less nor equal nor greater. */
    private static Node floats(String operator, Node left, Node right) {
        Test test = test(operator);
        return row -> {
            if (left.value(row) instanceof Double one && right.value(row) instanceof Double other) {
                return test.holds(one, other);
            }
            return null;
        };
    }

    /** Compares numbers. */
    private interface Test {
        boolean holds(double left, double right);
    }

    private static Test test(String operator) {
        return switch (operator) {
            case "==" -> (left, right) -> left == right;
            case "!=" -> (left, right) -> left != right;
            case "<" -> (left, right) -> left < right;
            case "<=" -> (left, right) -> left <= right;
            case ">" -> (left, right) -> left > right;
            default -> (left, right) -> left >= right;
        };
    }

    private static Node ordered(String operator, BasicType leftType, Node left, BasicType rightType, Node right) {
        if (leftType != rightType && (leftType == BasicType.FLOAT || rightType == BasicType.FLOAT)) {
            Test test = test(operator);
            ColumnType leftColumn = leftType.column().orElseThrow();
            ColumnType rightColumn = rightType.column().orElseThrow();
            return row -> {
                Object one = left.value(row);
                Object other = right.value(row);
                return one == null || other == null
                        ? null
                        : (Object) test.holds(leftColumn.asDouble(one), rightColumn.asDouble(other));
            };
        }
        return row -> {
            Object one = left.value(row);
            Object other = right.value(row);
            return one == null || other == null
                    ? null
                    : (Object) decided(operator, order(leftType, one, rightType, other));
        };
    }

    private static int order(BasicType leftType, Object left, BasicType rightType, Object right) {
        if (left instanceof FluxDuration one && right instanceof FluxDuration other) {
            int months = Long.compare(one.months(), other.months());
            return months != 0 ? months : Long.compare(one.nanos(), other.nanos());
        }
        if (leftType == rightType) {
            return leftType.column().orElseThrow().compare(left, right);
        }
        // One is signed, the other unsigned: a negative number is less than any unsigned one.
        long signed = (Long) (leftType == BasicType.INT ? left : right);
        if (signed >= 0) {
            return Long.compareUnsigned((Long) left, (Long) right);
        }
        return leftType == BasicType.INT ? -1 : 1;
    }

    private static boolean decided(String operator, int order) {
        return switch (operator) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    /** One value or another, by a condition; a condition that is null is none. */
    static Scalar chosen(Scalar test, Scalar yes, Scalar no, Position at) {
        @Nullable BasicType type = yes.type() == null ? no.type() : yes.type();
        if (no.type() != null && no.type() != type) {
            throw at.error("the two values of this condition are of different types, " + yes.described() + " and "
                    + no.described());
        }
        Node condition = bool(test, at).node();
        Node first = yes.node();
        Node second = no.node();
        return Scalar.computed(
                type,
                row -> Boolean.TRUE.equals(condition.value(row)) ? first.value(row) : second.value(row),
                at,
                test,
                yes,
                no);
    }
}
