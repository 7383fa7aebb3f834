package io.fogwhisk.aggregate.outbox;

import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.Points;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** Entries that were handed over together, as one row: a week of aggregates is ten thousand of them, not ten million. */
final class Parcel {

    private static final int MAX_POINTS = 5_000;
    private static final int MAX_CHARACTERS = 1 << 20;
    private static final int WORTH_PACKING = 512;

    private final Points.Kind kind;
    private final int entries;
    private final int points;
    private final boolean packed;
    private final byte[] body;

    /**
     * A parcel.
     *
     * @param kind of all entries
     * @param entries how many
     * @param points how many points they have
     * @param packed whether the body is compressed
     * @param body the one entry's lines, or all entries compressed; not copied
     */
    Parcel(Points.Kind kind, int entries, int points, boolean packed, byte[] body) {
        this.kind = kind;
        this.entries = entries;
        this.points = points;
        this.packed = packed;
        this.body = body;
    }

    Points.Kind kind() {
        return kind;
    }

    int entries() {
        return entries;
    }

    int points() {
        return points;
    }

    boolean packed() {
        return packed;
    }

    /** Not to be changed. */
    byte[] body() {
        return body;
    }

    /** A parcel in the file, with its place in the order of delivery. */
    record Stored(long id, Parcel parcel) {}

    /** One entry of a parcel in the file. */
    record Part(long parcel, int number, Points points) {

        /** The same whenever the entry is refused. */
        String source() {
            return "outbox-" + parcel + "-" + number;
        }
    }

    /** Packs entries in their order; entries of one kind, no more than one request takes. */
    static List<Parcel> pack(List<Points> entries) {
        List<Parcel> parcels = new ArrayList<>();
        List<Points> current = new ArrayList<>();
        int points = 0;
        int characters = 0;
        for (Points entry : entries) {
            boolean other = !current.isEmpty() && current.get(0).kind() != entry.kind();
            boolean full = points + entry.count() > MAX_POINTS
                    || characters + entry.lines().length() > MAX_CHARACTERS;
            if (!current.isEmpty() && (other || full)) {
                parcels.add(of(current, points, characters));
                current.clear();
                points = 0;
                characters = 0;
            }
            current.add(entry);
            points += entry.count();
            characters += entry.lines().length();
        }
        if (!current.isEmpty()) {
            parcels.add(of(current, points, characters));
        }
        return parcels;
    }

    private static Parcel of(List<Points> entries, int points, int characters) {
        Points first = entries.get(0);
        if (entries.size() == 1 && characters < WORTH_PACKING) {
            return new Parcel(first.kind(), 1, points, false, first.lines().getBytes(StandardCharsets.UTF_8));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(characters / 4);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (OutputStream packed = new DeflaterOutputStream(bytes, deflater);
                DataOutputStream out = new DataOutputStream(packed)) {
            for (Points entry : entries) {
                byte[] lines = entry.lines().getBytes(StandardCharsets.UTF_8);
                out.writeInt(entry.count());
                out.writeInt(lines.length);
                out.write(lines);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return new Parcel(first.kind(), entries.size(), points, true, bytes.toByteArray());
    }

    /**
     * The entries, in their order.
     *
     * @throws AggregateException if the file is damaged
     */
    List<Part> parts(long id) {
        if (!packed) {
            return List.of(new Part(id, 0, new Points(kind, new String(body, StandardCharsets.UTF_8), points)));
        }
        List<Part> parts = new ArrayList<>(entries);
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(body)))) {
            for (int i = 0; i < entries; i++) {
                int count = in.readInt();
                byte[] lines = in.readNBytes(in.readInt());
                parts.add(new Part(id, i, new Points(kind, new String(lines, StandardCharsets.UTF_8), count)));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new AggregateException("the outbox has an entry that cannot be read (parcel " + id + ")", e);
        }
        return parts;
    }
}
