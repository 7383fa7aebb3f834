package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.flux.syntax.Expr;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.syntax.Statement;
import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.RowPredicate;
import io.fogwhisk.influx.flux.table.Table;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A condition on rows that a script writes as a function, {@code (r) => r._value > 1.0}. Immutable; but it is bound by
 * an evaluator, which only one thread may use.
 */
public final class FunctionPredicate implements RowPredicate {

    private static final String ROW = "r";

    private static final Set<String> COMPARING = Set.of("and", "or", "==", "!=", "<", "<=", ">", ">=", "=~", "!~");

    /** Comparisons with their sides exchanged. */
    private static final Map<String, String> TURNED = Map.of("<", ">", "<=", ">=", ">", "<", ">=", "<=");

    private final FunctionValue function;
    private final String parameter;
    private final Position at;

    /**
     * A condition.
     *
     * @param function takes a row as {@code r}
     * @param at where it stands
     */
    public FunctionPredicate(FunctionValue function, Position at) {
        this(function, ROW, at);
    }

    /** A condition that takes the row by another name. */
    public FunctionPredicate(FunctionValue function, String parameter, Position at) {
        this.function = function;
        this.parameter = parameter;
        this.at = at;
    }

    @Override
    public Bound bind(List<Column> columns) {
        Value value;
        try {
            value = function.call(Arguments.of("fn", Map.of(parameter, RowRecords.of(columns, 0)), null, at));
        } catch (InfluxException e) {
            // A condition before it may leave no row for which it would be needed.
            value = Scalar.failing(BasicType.BOOL, e.onlyOfValues());
        }
        if (!(value instanceof Scalar scalar)) {
            throw place().error("expected true or false, found " + value.described());
        }
        Node node = Comparisons.bool(scalar, place()).node();
        return row -> Boolean.TRUE.equals(node.value(row));
    }

    private Position place() {
        return function instanceof Closure closure ? closure.lambda().value().at() : at;
    }

    @Override
    public List<RowPredicate> conjuncts() {
        if (function instanceof Closure closure && closure.plain()) {
            List<Expr> parts = new ArrayList<>();
            split(closure.lambda().value(), parts);
            return parts.stream()
                    .<RowPredicate>map(part -> new FunctionPredicate(closure.returning(part), parameter, at))
                    .toList();
        }
        return List.of(this);
    }

    @Override
    public boolean total() {
        return function instanceof Closure closure
                && closure.plain()
                && total(closure.lambda().value());
    }

    /** Whether an expression only reads and compares. */
    private static boolean total(Expr expr) {
        boolean computes = expr instanceof Expr.Call
                || expr instanceof Expr.Pipe
                || expr instanceof Expr.Index
                || expr instanceof Expr.Interpolation
                || (expr instanceof Expr.Binary binary && !COMPARING.contains(binary.operator()));
        return !computes && Parts.of(expr).stream().allMatch(FunctionPredicate::total);
    }

    private static void split(Expr condition, List<Expr> into) {
        if (condition instanceof Expr.Binary binary && binary.operator().equals("and")) {
            split(binary.left(), into);
            split(binary.right(), into);
        } else {
            into.add(condition);
        }
    }

    @Override
    public Optional<Set<String>> columns() {
        if (!(function instanceof Closure closure)
                || closure.lambda().parameters().size() != 1) {
            return Optional.empty();
        }
        Set<String> columns = new HashSet<>();
        boolean all = false;
        for (Statement statement : closure.lambda().statements()) {
            all |= reads(statement.value(), columns);
        }
        all |= reads(closure.lambda().value(), columns);
        return all ? Optional.empty() : Optional.of(columns);
    }

    /** Notes the columns that an expression reads; returns whether it may read any. */
    private boolean reads(Expr expr, Set<String> columns) {
        if (row(expr)) {
            return true;
        }
        if (expr instanceof Expr.Member member && row(member.object())) {
            columns.add(member.name());
            return false;
        }
        boolean all = false;
        for (Expr part : Parts.of(expr)) {
            all |= reads(part, columns);
        }
        return all
                || (expr instanceof Expr.RecordLiteral record
                        && record.base().filter(this::row).isPresent());
    }

    private boolean row(Expr expr) {
        return expr instanceof Expr.Identifier identifier && identifier.name().equals(parameter);
    }

    @Override
    public Optional<Set<String>> among(String column) {
        return function instanceof Closure closure && closure.plain()
                ? among(closure, closure.lambda().value(), column)
                : Optional.empty();
    }

    private Optional<Set<String>> among(Closure closure, Expr condition, String column) {
        if (condition instanceof Expr.Binary binary) {
            return switch (binary.operator()) {
                case "==" -> {
                    Optional<Set<String>> left = equal(closure, binary.left(), binary.right(), column);
                    yield left.isPresent() ? left : equal(closure, binary.right(), binary.left(), column);
                }
                case "or" -> {
                    Optional<Set<String>> left = among(closure, binary.left(), column);
                    Optional<Set<String>> right = among(closure, binary.right(), column);
                    if (left.isEmpty() || right.isEmpty()) {
                        yield Optional.empty();
                    }
                    Set<String> both = new HashSet<>(left.get());
                    both.addAll(right.get());
                    yield Optional.of(both);
                }
                case "and" -> {
                    Optional<Set<String>> left = among(closure, binary.left(), column);
                    yield left.isPresent() ? left : among(closure, binary.right(), column);
                }
                default -> Optional.empty();
            };
        }
        return Optional.empty();
    }

    @Override
    public Table.Bounds times() {
        if (function instanceof Closure closure
                && closure.plain()
                && closure.lambda().value() instanceof Expr.Binary compared) {
            Optional<Long> right = time(closure, compared.left(), compared.right());
            if (right.isPresent()) {
                return times(compared.operator(), right.get());
            }
            Optional<Long> left = time(closure, compared.right(), compared.left());
            if (left.isPresent()) {
                return times(TURNED.getOrDefault(compared.operator(), compared.operator()), left.get());
            }
        }
        return Table.Bounds.NONE;
    }

    private static Table.Bounds times(String operator, long time) {
        long next = time == Long.MAX_VALUE ? time : time + 1;
        return switch (operator) {
            case ">=" -> new Table.Bounds(time, Long.MAX_VALUE);
            case ">" -> new Table.Bounds(next, Long.MAX_VALUE);
            case "<" -> new Table.Bounds(Long.MIN_VALUE, time);
            case "<=" -> new Table.Bounds(Long.MIN_VALUE, next);
            case "==" -> new Table.Bounds(time, next);
            default -> Table.Bounds.NONE;
        };
    }

    /** The time that {@code _time} is compared with, if that is what is done. */
    private Optional<Long> time(Closure closure, Expr read, Expr value) {
        if (!(read instanceof Expr.Member member) || !member.name().equals(Table.TIME) || !row(member.object())) {
            return Optional.empty();
        }
        if (value instanceof Expr.TimeLiteral literal) {
            return Optional.of(literal.nanos());
        }
        return outside(closure, value)
                .filter(scalar -> scalar.type() == BasicType.TIME)
                .flatMap(scalar -> scalar.value() instanceof Long nanos ? Optional.of(nanos) : Optional.empty());
    }

    private Optional<Set<String>> equal(Closure closure, Expr read, Expr value, String column) {
        if (!(read instanceof Expr.Member member) || !member.name().equals(column) || !row(member.object())) {
            return Optional.empty();
        }
        if (value instanceof Expr.StringLiteral text) {
            return Optional.of(Set.of(text.value()));
        }
        return outside(closure, value)
                .flatMap(
                        scalar -> scalar.value() instanceof String text ? Optional.of(Set.of(text)) : Optional.empty());
    }

    /** The value of a name that does not depend on the row. */
    private Optional<Scalar> outside(Closure closure, Expr value) {
        boolean simple = value instanceof Expr.Member || value instanceof Expr.Identifier;
        if (!simple || reads(value, new HashSet<>()) || !columnsOf(value).isEmpty()) {
            return Optional.empty();
        }
        try {
            return closure.outside(value) instanceof Scalar scalar && scalar.constant()
                    ? Optional.of(scalar)
                    : Optional.empty();
        } catch (InfluxException e) {
            // It says nothing about its values; what is wrong with it is said when it is bound.
            return Optional.empty();
        }
    }

    private Set<String> columnsOf(Expr expr) {
        Set<String> columns = new HashSet<>();
        reads(expr, columns);
        return columns;
    }
}
