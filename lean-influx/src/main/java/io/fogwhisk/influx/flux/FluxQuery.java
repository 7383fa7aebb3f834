package io.fogwhisk.influx.flux;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.flux.library.Environment;
import io.fogwhisk.influx.flux.syntax.Parser;
import io.fogwhisk.influx.flux.syntax.Script;
import io.fogwhisk.influx.flux.table.Deadline;
import io.fogwhisk.influx.flux.table.Execution;
import io.fogwhisk.influx.flux.table.Executor;
import io.fogwhisk.influx.flux.table.MemoryBudget;
import io.fogwhisk.influx.flux.table.Plan;
import io.fogwhisk.influx.flux.table.ResultSink;
import io.fogwhisk.influx.flux.table.Table;
import io.fogwhisk.influx.flux.time.FluxDuration;
import io.fogwhisk.influx.flux.type.Signatures;
import io.fogwhisk.influx.flux.type.TypeCheck;
import io.fogwhisk.influx.store.PointReader;
import io.fogwhisk.influx.store.PointStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A script that was understood and can be answered. */
public final class FluxQuery {

    private static final long MEMORY = 64L << 20;
    private static final Signatures SIGNATURES = Signatures.read();

    private final Map<String, Plan> results;
    private final long now;
    private final Deadline deadline;

    private FluxQuery(Map<String, Plan> results, long now, Deadline deadline) {
        this.results = results;
        this.now = now;
        this.deadline = deadline;
    }

    /**
     * Understands a script.
     *
     * @param buckets what the store knows each bucket by that may be read, by the bucket's name
     * @param now what {@code now()} is, and the end of ranges without one
     * @param deadline when it has to be answered
     * @throws io.fogwhisk.influx.InfluxException if it is wrong, uses what is not supported, or takes too long
     */
    public static FluxQuery compile(String script, Map<String, String> buckets, Instant now, Deadline deadline) {
        try {
            Script parsed = Parser.parse(script);
            TypeCheck.check(parsed, SIGNATURES);
            Environment environment = new Environment(buckets, FluxDuration.nanos(now));
            return new FluxQuery(Interpreter.results(parsed, environment, deadline), environment.now(), deadline);
        } catch (StackOverflowError e) {
            // What calls itself is bounded, but not by the size of the stack; nothing is shared that could be broken.
            throw tooDeep(e);
        }
    }

    private static InfluxException tooDeep(StackOverflowError e) {
        return new InfluxException(ErrorCode.INVALID, "the values of the script are nested too deep", e);
    }

    /**
     * Answers the script. The sink sees nothing before all aggregates are computed, so that most failures come before
     * the first row.
     *
     * @throws io.fogwhisk.influx.InfluxException if types do not fit or the query is too big
     */
    public void run(PointStore store, ResultSink sink) {
        try (PointReader reader = store.openReader()) {
            Executor executor = new Executor(reader, new Execution(new MemoryBudget(MEMORY, deadline), now));
            Map<String, List<Table>> answers = new LinkedHashMap<>();
            results.forEach((name, plan) -> answers.put(name, new ArrayList<>(executor.tables(plan))));
            answers.forEach((name, tables) -> {
                sink.result(name);
                for (Table table : tables) {
                    sink.table(table.columns(), table.key());
                    table.rows().scan(row -> {
                        sink.row(row);
                        return true;
                    });
                }
            });
        } catch (StackOverflowError e) {
            throw tooDeep(e);
        }
    }
}
