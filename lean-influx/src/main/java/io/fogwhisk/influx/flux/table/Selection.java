package io.fogwhisk.influx.flux.table;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The filters that directly follow a source, taken apart: what speaks of measurement, field and tags only is decided
 * once per series, what is left is decided per row.
 */
final class Selection {

    private static final Set<String> PER_ROW = Set.of(Table.TIME, Table.VALUE);

    private final List<RowPredicate> perSeries = new ArrayList<>();
    private final List<RowPredicate> perRow = new ArrayList<>();
    private final Bindings<List<RowPredicate.Bound>> bindings = new Bindings<>(this::bound);

    /** All series. */
    Selection() {}

    void add(RowPredicate condition) {
        for (RowPredicate part : condition.conjuncts()) {
            Optional<Set<String>> read = part.columns();
            boolean constant = read.isPresent() && read.get().stream().noneMatch(PER_ROW::contains);
            // What may fail must not be asked of a series all of whose rows an earlier condition leaves out.
            constant &= perRow.isEmpty() || part.total();
            (constant ? perSeries : perRow).add(part);
        }
    }

    /** The part of a time range in which rows can pass. */
    Table.Bounds times(Table.Bounds range) {
        Table.Bounds narrowed = range;
        for (RowPredicate condition : perRow) {
            if (!condition.total()) {
                // It is asked of all rows that those before it let pass, and may fail.
                break;
            }
            Table.Bounds times = condition.times();
            narrowed = new Table.Bounds(
                    Math.max(narrowed.start(), times.start()), Math.min(narrowed.stop(), times.stop()));
        }
        return narrowed;
    }

    /** The conditions on rows. */
    List<RowPredicate> perRow() {
        return perRow;
    }

    /** Whether the series of a table passes. */
    boolean holds(List<Column> columns, @Nullable Object[] key) {
        for (RowPredicate.Bound condition : bindings.of(columns)) {
            if (!condition.holds(key)) {
                return false;
            }
        }
        return true;
    }

    private List<RowPredicate.Bound> bound(List<Column> columns) {
        return perSeries.stream().map(condition -> condition.bind(columns)).toList();
    }

    /** The only measurements that can pass, if the filters name them. */
    Optional<Set<String>> measurements() {
        Set<String> all = null;
        for (RowPredicate condition : perSeries) {
            Optional<Set<String>> these = condition.among("_measurement");
            if (these.isPresent()) {
                if (all == null) {
                    all = new HashSet<>(these.get());
                } else {
                    all.retainAll(these.get());
                }
            }
        }
        return Optional.ofNullable(all);
    }
}
