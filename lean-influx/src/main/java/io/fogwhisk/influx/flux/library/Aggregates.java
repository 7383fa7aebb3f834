package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.Aggregation;
import io.fogwhisk.influx.flux.table.Operation;
import io.fogwhisk.influx.flux.table.Reduce;
import io.fogwhisk.influx.flux.table.Table;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.util.List;

/** The functions that make one row of a table. */
final class Aggregates {

    private static final double MEDIAN = 0.5;
    private static final double COMPRESSION = 1_000;
    private static final List<String> METHODS = List.of("estimate_tdigest", "exact_mean", "exact_selector");

    private Aggregates() {}

    static void register(Registry registry) {
        plain(registry, "count", new Aggregation.Count());
        plain(registry, "sum", new Aggregation.Sum());
        plain(registry, "mean", new Aggregation.Mean());
        plain(registry, "min", new Aggregation.Min());
        plain(registry, "max", new Aggregation.Max());
        plain(registry, "first", new Aggregation.First());
        plain(registry, "last", new Aggregation.Last());
        plain(registry, "spread", new Aggregation.Spread());
        plain(registry, "skew", new Aggregation.Skew());
        registry.operation("median", (arguments, at) -> quantile(arguments, MEDIAN, at));
        registry.operation("quantile", (arguments, at) -> quantile(arguments, arguments.number("q"), at));
        registry.operation("stddev", (arguments, at) -> {
            boolean sample = arguments
                    .choice("mode", "sample", List.of("sample", "population"))
                    .equals("sample");
            return reduce(new Aggregation.Stddev(sample), arguments, at);
        });
        registry.operation("integral", (arguments, at) -> {
            if (!arguments.text("interpolate", "").isEmpty()) {
                arguments.refuse("interpolate");
            }
            return reduce(
                    new Aggregation.Integral(
                            arguments.duration("unit", FluxDuration.ofSeconds(1)),
                            arguments.text("timeColumn", Table.TIME)),
                    arguments,
                    at);
        });
    }

    private static void plain(Registry registry, String name, Aggregation aggregation) {
        registry.operation(name, (arguments, at) -> reduce(aggregation, arguments, at));
    }

    private static Operation reduce(Aggregation aggregation, Arguments arguments, Position at) {
        return new Reduce(aggregation, arguments.text("column", Table.VALUE), at);
    }

    private static Operation quantile(Arguments arguments, double q, Position at) {
        if (!(q >= 0 && q <= 1)) {
            throw arguments.at("q").error("argument q of quantile() must be between 0.0 and 1.0, was " + q);
        }
        Aggregation.Method method = Aggregation.Method.of(arguments.choice("method", METHODS.get(0), METHODS))
                .orElseThrow();
        return reduce(new Aggregation.Quantile(q, method, arguments.number("compression", COMPRESSION)), arguments, at);
    }
}
