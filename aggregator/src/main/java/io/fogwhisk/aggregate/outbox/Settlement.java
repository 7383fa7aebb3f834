package io.fogwhisk.aggregate.outbox;

import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.Points;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What a database said of entries.
 *
 * @param target the database
 * @param decided the parcels that it stored or refused as a whole, in their order
 * @param refused the entries that it refused, with the reason; maybe some of a parcel that is not decided yet
 */
record Settlement(InfluxTarget target, List<Parcel.Stored> decided, Map<Parcel.Part, String> refused) {

    /** Keeps what was refused, and removes what was decided. */
    OutboxStore.Removed apply(Connection connection, int id, Instant now, int maxSetAside) throws SQLException {
        for (Map.Entry<Parcel.Part, String> bad : refused.entrySet()) {
            SetAside.Item item =
                    new SetAside.Item(now, bad.getValue(), bad.getKey().points().lines());
            OutboxStore.setAside(connection, source(bad.getKey()), item, maxSetAside);
        }
        return decided.isEmpty()
                ? new OutboxStore.Removed(0, 0)
                : OutboxStore.remove(connection, id, decided.get(0).id(), last().id());
    }

    /** An aggregate is computed, and refused, again and again: it is the same one wherever in the file it was. */
    private String source(Parcel.Part part) {
        if (part.points().kind() != Points.Kind.AGGREGATE) {
            return part.source();
        }
        try {
            byte[] which = (target.key() + '\n' + part.points().lines()).getBytes(StandardCharsets.UTF_8);
            return "aggregate-"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(which));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** Notes the aggregates that were refused. */
    void tell(LostAggregates lost) {
        refused.keySet().stream()
                .map(Parcel.Part::points)
                .filter(points -> points.kind() == Points.Kind.AGGREGATE)
                .forEach(points -> lost.add(points.lines()));
    }

    /** Counts what was decided; at least one parcel. */
    void count(Metrics metrics) {
        long first = decided.get(0).id();
        long last = last().id();
        List<Points> bad = refused.keySet().stream()
                .filter(part -> part.parcel() >= first && part.parcel() <= last)
                .map(Parcel.Part::points)
                .toList();
        int badPoints = bad.stream().mapToInt(Points::count).sum();
        long badReadings = bad.stream()
                .filter(points -> points.kind() == Points.Kind.READING)
                .count();
        int points =
                decided.stream().mapToInt(stored -> stored.parcel().points()).sum();
        long readings = decided.stream()
                .filter(stored -> stored.parcel().kind() == Points.Kind.READING)
                .mapToInt(stored -> stored.parcel().entries())
                .sum();
        metrics.count(Meter.OUTBOX_DELIVERED, points - badPoints);
        metrics.count(Meter.READINGS_STORED, readings - badReadings);
        metrics.count(Meter.READINGS_SET_ASIDE, badReadings);
    }

    private Parcel.Stored last() {
        return decided.get(decided.size() - 1);
    }
}
