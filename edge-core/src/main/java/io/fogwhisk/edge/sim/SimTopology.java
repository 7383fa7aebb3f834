package io.fogwhisk.edge.sim;

import io.fogwhisk.edge.controller.Topology;

/** What a controller is told of the sites: how far they are from each other, in seconds. */
final class SimTopology implements Topology {

    private final Places places;
    private final double farthest;

    SimTopology(Places places) {
        this.places = places;
        long most = 0;
        for (int i = 0; i < places.sites(); i++) {
            for (int j = 0; j < i; j++) {
                most = Math.max(most, places.delay(i, j));
            }
        }
        farthest = Agenda.seconds(most);
    }

    @Override
    public int nodes() {
        return places.sites();
    }

    @Override
    public int node(String address) {
        int site = Places.site(address);
        return site < places.sites() ? site : -1;
    }

    @Override
    public double distance(int from, int to) {
        return from == to ? 0 : Agenda.seconds(places.delay(from, to));
    }

    @Override
    public double farthest() {
        return farthest;
    }
}
