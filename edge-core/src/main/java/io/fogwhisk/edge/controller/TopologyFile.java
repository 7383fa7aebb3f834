package io.fogwhisk.edge.controller;

import io.fogwhisk.edge.rpc.EdgeException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.function.DoubleSupplier;

/**
 * A topology as a matrix of distances, from a file with one row per machine: its address, then its distances to the
 * machines of all rows in their order, separated by blanks. Empty rows and rows that begin with {@code #} do not count.
 */
public final class TopologyFile implements Topology {

    private static final int MAX_NODES = 20_000;

    private final Map<String, Integer> numbers = new HashMap<>();
    private final double[][] distances;
    private final double farthest;

    private TopologyFile(List<String> names, double[][] distances) {
        this.distances = distances;
        double largest = 0;
        for (int i = 0; i < distances.length; i++) {
            numbers.put(names.get(i), i);
            for (double each : distances[i]) {
                largest = Math.max(largest, each);
            }
        }
        farthest = largest;
    }

    /**
     * A topology in memory; the distances are not copied.
     *
     * @param names the machines' addresses, all different
     * @param distances at least 0, as many rows and columns as names
     */
    public static TopologyFile of(List<String> names, double[][] distances) {
        if (distances.length != names.size()) {
            throw new IllegalArgumentException(
                    "distances must have " + names.size() + " rows, had " + distances.length);
        }
        for (double[] row : distances) {
            if (row.length != names.size()) {
                throw new IllegalArgumentException("distances must have rows of " + names.size());
            }
        }
        return new TopologyFile(names, distances);
    }

    /**
     * Reads a file.
     *
     * @throws EdgeException if it can't be read, or isn't a topology; the message names file, line and column
     */
    public static TopologyFile read(Path file) {
        try {
            return parse(file.toString(), Files.readAllLines(file));
        } catch (NoSuchFileException e) {
            throw new EdgeException("topology file " + file + " does not exist", e);
        } catch (CharacterCodingException e) {
            throw new EdgeException("topology file " + file + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw new EdgeException("topology file " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    /** The same machines at distances between 0 and 1 from a random source; each stays 0 from itself. */
    public TopologyFile randomized(DoubleSupplier random) {
        List<String> names = new ArrayList<>(numbers.keySet());
        names.sort((a, b) -> Integer.compare(node(a), node(b)));
        double[][] drawn = new double[nodes()][nodes()];
        for (int i = 0; i < drawn.length; i++) {
            for (int j = 0; j < drawn.length; j++) {
                drawn[i][j] = i == j ? distances[i][j] : random.getAsDouble();
            }
        }
        return new TopologyFile(names, drawn);
    }

    @Override
    public int nodes() {
        return distances.length;
    }

    @Override
    public int node(String address) {
        return numbers.getOrDefault(address, -1);
    }

    @Override
    public double distance(int from, int to) {
        return distances[from][to];
    }

    @Override
    public double farthest() {
        return farthest;
    }

    static TopologyFile parse(String source, List<String> lines) {
        List<String> names = new ArrayList<>();
        List<double[]> rows = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.stripLeading().startsWith("#")) {
                continue;
            }
            String where = "topology file " + source + ", line " + (i + 1);
            String name = new StringTokenizer(line).nextToken();
            Integer before = seen.putIfAbsent(name, i + 1);
            if (before != null) {
                throw new EdgeException(where + ", column " + (line.indexOf(name) + 1) + ": '" + name
                        + "' is already on line " + before);
            }
            double[] row = row(where, line);
            int expected = rows.isEmpty() ? row.length : rows.get(0).length;
            if (row.length != expected || expected == 0) {
                throw new EdgeException(
                        where + ", column " + (line.stripTrailing().length() + 1) + ": '" + name
                                + "' has " + row.length + " distances, must have " + Math.max(1, expected)
                                + ", one per row of the file");
            }
            if (names.size() == expected) {
                throw new EdgeException(where + ", column 1: there are only " + expected
                        + " distances per row, so there must be only " + expected + " rows");
            }
            names.add(name);
            rows.add(row);
        }
        if (rows.isEmpty()) {
            throw new EdgeException("topology file " + source + " has no rows: use 'ADDRESS D1 … DN' per machine");
        }
        if (rows.size() != rows.get(0).length) {
            throw new EdgeException("topology file " + source + ", line " + lines.size() + ", column 1: there are "
                    + rows.size() + " rows of " + rows.get(0).length + " distances, must be as many rows as distances");
        }
        return new TopologyFile(names, rows.toArray(double[][]::new));
    }

    private static double[] row(String where, String line) {
        StringTokenizer tokens = new StringTokenizer(line);
        String name = tokens.nextToken();
        int at = line.indexOf(name) + name.length();
        int count = tokens.countTokens();
        if (count > MAX_NODES) {
            throw new EdgeException(where + ": has " + count + " distances, must have at most " + MAX_NODES);
        }
        double[] row = new double[count];
        for (int i = 0; i < row.length; i++) {
            String token = tokens.nextToken();
            at = line.indexOf(token, at);
            row[i] = distance(where + ", column " + (at + 1), token);
            at += token.length();
        }
        return row;
    }

    private static double distance(String where, String token) {
        double distance;
        try {
            distance = Double.parseDouble(token);
        } catch (NumberFormatException e) {
            throw new EdgeException(where + ": '" + token + "' must be a number, at least 0", e);
        }
        if (!(distance >= 0) || Double.isInfinite(distance)) {
            throw new EdgeException(where + ": '" + token + "' must be a number, at least 0");
        }
        return distance;
    }
}
