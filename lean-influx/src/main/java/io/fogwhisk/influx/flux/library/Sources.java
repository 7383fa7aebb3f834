package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.expr.Scalar;
import io.fogwhisk.influx.flux.expr.Value;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.Plan;
import io.fogwhisk.influx.flux.table.Range;
import io.fogwhisk.influx.flux.table.Table;
import java.util.ArrayList;
import java.util.List;

/** Where streams begin and end: buckets, ranges and results. */
final class Sources {

    private static final String DEFAULT_RESULT = "_result";

    private Sources() {}

    /** A bucket whose range is not known yet. */
    private record Bucket(String name, String key, Position at) implements Value.Source {
        @Override
        public Plan plan() {
            throw at.error(
                    "cannot submit unbounded read to \"" + name + "\"; try bounding 'from' with a call to 'range'");
        }
    }

    static void register(Registry registry, Environment environment) {
        for (String path : List.of("universe", "influxdata/influxdb")) {
            registry.function(path, "from", arguments -> from(arguments, environment));
            registry.refused(path, "buckets", "ask GET /api/v2/buckets instead");
            registry.refused(path, "to", "a query does not write, send what it returns to POST /api/v2/write");
            registry.refused(path, "wideTo", "a query does not write, send what it returns to POST /api/v2/write");
        }
        registry.refused("experimental", "to", "a query does not write, send what it returns to POST /api/v2/write");
        registry.refused("influxdata/influxdb/v1", "databases", "ask GET /api/v2/buckets instead");
        for (String name : List.of("tableFind", "findRecord", "findColumn", "getRecord", "getColumn")) {
            registry.refused("universe", name, "a stream of tables cannot be used as a value");
        }
        registry.function("range", arguments -> range(arguments, environment));
        registry.function("yield", arguments -> {
            Plan plan = arguments.tables();
            environment.result(arguments.text("name", DEFAULT_RESULT), plan, arguments.at());
            return new Value.Stream(() -> plan, true);
        });
    }

    private static Value from(Arguments arguments, Environment environment) {
        arguments.refuse("bucketID", "host", "org", "orgID", "token");
        String bucket = arguments.text("bucket");
        String key = environment.bucket(bucket, arguments.at("bucket"));
        return new Value.Stream(new Bucket(bucket, key, arguments.at()), false);
    }

    private static Value range(Arguments arguments, Environment environment) {
        Table.Bounds bounds = bounds(arguments, environment);
        if (arguments.pipedOr("tables") instanceof Value.Stream stream && stream.source() instanceof Bucket bucket) {
            return Registry.stream(new Plan.Source(bucket.key(), bounds, bucket.at()));
        }
        return Registry.stream(new Plan.Step(arguments.tables(), new Range(bounds, arguments.at())));
    }

    private static Table.Bounds bounds(Arguments arguments, Environment environment) {
        long start = environment.time(arguments.scalar("start"), arguments.at("start"));
        long stop = arguments.has("stop")
                ? environment.time(arguments.scalar("stop"), arguments.at("stop"))
                : environment.now();
        if (start >= stop) {
            throw arguments.at().error("cannot query an empty range");
        }
        return new Table.Bounds(start, stop);
    }

    /** The points of a bucket, by arguments {@code bucket}, {@code start} and {@code stop} that have defaults. */
    static Plan bucket(Arguments arguments, Scalar defaultStart, Environment environment) {
        String key = environment.bucket(arguments.text("bucket"), arguments.at("bucket"));
        Scalar from = arguments.has("start") ? arguments.scalar("start") : defaultStart;
        long start = environment.time(from, arguments.at("start"));
        long stop = arguments.has("stop")
                ? environment.time(arguments.scalar("stop"), arguments.at("stop"))
                : environment.now();
        if (start >= stop) {
            throw arguments.at().error("cannot query an empty range");
        }
        return new Plan.Source(key, new Table.Bounds(start, stop), arguments.at());
    }

    /** The streams of an array. */
    static List<Plan> streams(Arguments arguments, String name) {
        List<Plan> plans = new ArrayList<>();
        for (Value item : arguments.array(name, arguments.required(name)).items()) {
            plans.add(arguments.stream(name, item));
        }
        return plans;
    }
}
