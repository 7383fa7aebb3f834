package io.fogwhisk.edge.controller;

/**
 * How far the machines of a domain are from each other, in any unit. Machines go by the part of their end-point before
 * the colon. Immutable.
 */
public interface Topology {

    /** How many machines it knows. */
    int nodes();

    /** The number of a machine, from 0, or -1 if it does not know it. */
    int node(String address);

    /** The distance from one machine to another, at least 0. */
    double distance(int from, int to);

    /** The largest distance of any two. */
    double farthest();
}
