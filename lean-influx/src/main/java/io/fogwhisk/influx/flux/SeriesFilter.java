package io.fogwhisk.influx.flux;

import io.fogwhisk.influx.flux.expr.Condition;
import io.fogwhisk.influx.flux.syntax.Expr;
import io.fogwhisk.influx.flux.syntax.Expr.Binary;
import io.fogwhisk.influx.flux.syntax.Expr.Member;
import io.fogwhisk.influx.flux.syntax.Expr.StringLiteral;
import io.fogwhisk.influx.flux.syntax.Expr.Unary;
import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.Table;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The filters that directly follow a source, taken apart: what speaks of measurement, field and tags only is decided
 * once per series, what is left is decided per row.
 */
final class SeriesFilter {

    private static final Set<String> PER_ROW = Set.of(Table.TIME, Table.VALUE);

    private final List<Expr> perSeries = new ArrayList<>();
    private final List<Expr> perRow = new ArrayList<>();

    void add(Expr condition) {
        if (condition instanceof Binary binary && binary.operator().equals("and")) {
            add(binary.left());
            add(binary.right());
        } else if (columns(condition, new HashSet<>()).stream().noneMatch(PER_ROW::contains)) {
            perSeries.add(condition);
        } else {
            perRow.add(condition);
        }
    }

    List<Expr> perRow() {
        return perRow;
    }

    /** Whether a series passes. */
    boolean holds(List<Column> columns, Object[] key) {
        return perSeries.stream()
                .allMatch(condition -> Condition.bind(condition, columns).holds(key));
    }

    /** The only measurements that can pass, if the filters name them. */
    Optional<Set<String>> measurements() {
        Set<String> all = new HashSet<>();
        boolean named = false;
        for (Expr condition : perSeries) {
            Set<String> these = measurements(condition);
            if (!these.isEmpty()) {
                if (named) {
                    all.retainAll(these);
                } else {
                    all.addAll(these);
                }
                named = true;
            }
        }
        return named ? Optional.of(all) : Optional.empty();
    }

    private static Set<String> measurements(Expr condition) {
        Set<String> named = new HashSet<>();
        if (condition instanceof Binary binary && binary.operator().equals("==")) {
            if (measurement(binary.left()) && binary.right() instanceof StringLiteral name) {
                named.add(name.value());
            } else if (measurement(binary.right()) && binary.left() instanceof StringLiteral name) {
                named.add(name.value());
            }
        } else if (condition instanceof Binary binary && binary.operator().equals("or")) {
            Set<String> left = measurements(binary.left());
            Set<String> right = measurements(binary.right());
            if (!left.isEmpty() && !right.isEmpty()) {
                named.addAll(left);
                named.addAll(right);
            }
        }
        return named;
    }

    private static boolean measurement(Expr expr) {
        return expr instanceof Member member && member.name().equals("_measurement");
    }

    private static Set<String> columns(Expr expr, Set<String> into) {
        if (expr instanceof Binary binary) {
            columns(binary.left(), into);
            columns(binary.right(), into);
        } else if (expr instanceof Unary unary) {
            columns(unary.operand(), into);
        } else if (expr instanceof Member member) {
            into.add(member.name());
        }
        return into;
    }
}
