package io.fogwhisk.edge.sim;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.random.RandomGenerator;

/**
 * Where the sites are and how long a message takes between them. Plane: sites lie anywhere in a square, and a message
 * takes a fixed time for the hop and some for the way. Tree: sites are the leaves, and a message takes the time of a hop
 * for each link up to the common ancestor and down again. Immutable.
 */
final class Places {

    private static final int CORNERS = 2;

    private final SimConfig.Network network;
    private final double[] x;
    private final double[] y;
    private final int sites;

    /** Places for a number of sites. */
    Places(SimConfig.Network network, int sites, RandomGenerator random) {
        this.network = network;
        this.sites = sites;
        x = new double[sites];
        y = new double[sites];
        for (int i = 0; i < sites; i++) {
            x[i] = random.nextDouble() * network.sideKm();
            y[i] = random.nextDouble() * network.sideKm();
        }
    }

    /** How many sites there are. */
    int sites() {
        return sites;
    }

    /** The site that is closest to the middle, where the controller is. */
    int middle() {
        int best = 0;
        double half = network.sideKm() / CORNERS;
        for (int i = 1; i < sites; i++) {
            if (Math.hypot(x[i] - half, y[i] - half) < Math.hypot(x[best] - half, y[best] - half)) {
                best = i;
            }
        }
        return best;
    }

    /** Nanoseconds that a message takes; symmetric, and never shorter by a detour. */
    long delay(int from, int to) {
        if (from == to) {
            return Agenda.nanos(network.localMillis() / 1e3);
        }
        double micros = network.localMillis() * 1e3;
        if (network.layout() == SimConfig.Layout.TREE) {
            micros += links(from, to) * network.hopMillis() * 1e3;
        } else {
            micros += network.hopMillis() * 1e3 + Math.hypot(x[from] - x[to], y[from] - y[to]) * network.microsPerKm();
        }
        return Agenda.nanos(micros / 1e6);
    }

    private int links(int from, int to) {
        int one = from;
        int other = to;
        int links = 0;
        while (one != other) {
            one /= network.fanout();
            other /= network.fanout();
            links += CORNERS;
        }
        return links;
    }

    /** The host of a site, as in its end-points. */
    static String host(int site) {
        return "s" + site;
    }

    /**
     * The site of an end-point or of a host.
     *
     * @throws EdgeException if it is none of ours
     */
    static int site(String address) {
        int colon = address.indexOf(':');
        try {
            return Integer.parseInt(address, 1, colon < 0 ? address.length() : colon, 10);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new EdgeException("'" + address + "' is no simulated site", e);
        }
    }
}
