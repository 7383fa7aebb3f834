package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.flux.syntax.Expr;
import io.fogwhisk.influx.flux.syntax.Expr.Binary;
import io.fogwhisk.influx.flux.syntax.Expr.BooleanLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.FloatLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.IntegerLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Member;
import io.fogwhisk.influx.flux.syntax.Expr.RegexLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.StringLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.TimeLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Unary;
import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.ColumnType;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A condition bound to the columns of a table. Types are checked when it is bound: a comparison of a number with a text
 * is an error, not false.
 *
 * <p>A column that a table does not have is null; a comparison with null is null, {@code and} and {@code or} follow the
 * logic of three values, and a row is taken only if the condition is true.
 */
public final class Condition {

    private final Node node;

    private Condition(Node node) {
        this.node = node;
    }

    /** Computes a value of a row. */
    private interface Node {
        @Nullable
        Object value(@Nullable Object[] row);
    }

    /**
     * A node and its type.
     *
     * @param type null if its value is always null
     */
    private record Typed(@Nullable ColumnType type, Node node) {}

    public static Condition bind(Expr condition, List<Column> columns) {
        return new Condition(bool(condition, columns));
    }

    public boolean holds(@Nullable Object[] row) {
        return Boolean.TRUE.equals(node.value(row));
    }

    private static Node bool(Expr expr, List<Column> columns) {
        Typed typed = typed(expr, columns);
        if (typed.type != null && typed.type != ColumnType.BOOL) {
            throw expr.at().error("expected true or false, found a " + typed.type.text());
        }
        return typed.node;
    }

    private static Typed typed(Expr expr, List<Column> columns) {
        if (expr instanceof Binary binary) {
            return new Typed(ColumnType.BOOL, binary(binary, columns));
        }
        if (expr instanceof Unary unary) {
            return unary(unary, columns);
        }
        if (expr instanceof Member member) {
            return member(member.name(), columns);
        }
        if (expr instanceof StringLiteral text) {
            return constant(ColumnType.STRING, text.value());
        }
        if (expr instanceof IntegerLiteral number) {
            return constant(ColumnType.INT, number.value());
        }
        if (expr instanceof FloatLiteral number) {
            return constant(ColumnType.FLOAT, number.value());
        }
        if (expr instanceof BooleanLiteral flag) {
            return constant(ColumnType.BOOL, flag.value());
        }
        if (expr instanceof TimeLiteral time) {
            return constant(ColumnType.TIME, time.nanos());
        }
        throw expr.at().error("this value cannot be compared");
    }

    private static Typed constant(ColumnType type, Object value) {
        return new Typed(type, row -> value);
    }

    private static Typed member(String name, List<Column> columns) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).label().equals(name)) {
                int place = i;
                return new Typed(columns.get(i).type(), row -> row[place]);
            }
        }
        return new Typed(null, row -> null);
    }

    private static Typed unary(Unary unary, List<Column> columns) {
        if (unary.operator().equals("exists")) {
            if (!(unary.operand() instanceof Member)) {
                throw unary.at().error("exists needs a column, as r.room");
            }
            Node operand = typed(unary.operand(), columns).node;
            return new Typed(ColumnType.BOOL, row -> operand.value(row) != null);
        }
        Node operand = bool(unary.operand(), columns);
        return new Typed(ColumnType.BOOL, row -> {
            Object value = operand.value(row);
            return value == null ? null : !((Boolean) value);
        });
    }

    private static Node binary(Binary binary, List<Column> columns) {
        return switch (binary.operator()) {
            case "and" -> logic(bool(binary.left(), columns), bool(binary.right(), columns), Boolean.FALSE);
            case "or" -> logic(bool(binary.left(), columns), bool(binary.right(), columns), Boolean.TRUE);
            case "=~", "!~" -> matches(binary, columns);
            default -> comparison(binary, columns);
        };
    }

    /** And, whose outcome is decided by one false, and or, which is decided by one true. */
    private static Node logic(Node left, Node right, Boolean decisive) {
        return row -> {
            Object first = left.value(row);
            if (decisive.equals(first)) {
                return decisive;
            }
            Object second = right.value(row);
            return decisive.equals(second) || (first != null && second != null) ? second : null;
        };
    }

    private static Node matches(Binary binary, List<Column> columns) {
        Typed left = typed(binary.left(), columns);
        if (!(binary.right() instanceof RegexLiteral regex)) {
            throw binary.right().at().error("expected a regular expression as /a.*/");
        }
        if (left.type != null && left.type != ColumnType.STRING) {
            throw binary.at().error("cannot match a " + left.type.text() + " with a regular expression");
        }
        Pattern pattern = regex.pattern();
        boolean wanted = binary.operator().equals("=~");
        Node text = left.node;
        return row -> {
            Object value = text.value(row);
            return value == null ? null : pattern.matcher((String) value).find() == wanted;
        };
    }

    private static Node comparison(Binary binary, List<Column> columns) {
        Typed left = typed(binary.left(), columns);
        Typed right = typed(binary.right(), columns);
        ColumnType leftType = left.type;
        ColumnType rightType = right.type;
        if (leftType == null || rightType == null) {
            return row -> null;
        }
        if (leftType != rightType && !(leftType.number() && rightType.number())) {
            throw binary.at().error("cannot compare " + leftType.text() + " with " + rightType.text());
        }
        String operator = binary.operator();
        if (leftType == ColumnType.BOOL && !operator.equals("==") && !operator.equals("!=")) {
            throw binary.at().error("operator " + operator + " is not defined for bool");
        }
        Node leftNode = left.node;
        Node rightNode = right.node;
        return row -> {
            Object one = leftNode.value(row);
            Object other = rightNode.value(row);
            if (one == null || other == null) {
                return null;
            }
            return decided(operator, compare(leftType, one, rightType, other));
        };
    }

    private static int compare(ColumnType leftType, Object left, ColumnType rightType, Object right) {
        if (leftType == rightType) {
            return leftType.compare(left, right);
        }
        if (leftType == ColumnType.FLOAT || rightType == ColumnType.FLOAT) {
            return Double.compare(leftType.asDouble(left), rightType.asDouble(right));
        }
        // One is signed, the other unsigned: a negative number is less than any unsigned one.
        long signed = (Long) (leftType == ColumnType.INT ? left : right);
        int unsignedOrder = Long.compareUnsigned((Long) left, (Long) right);
        if (signed >= 0) {
            return unsignedOrder;
        }
        return leftType == ColumnType.INT ? -1 : 1;
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
}
