package io.fogwhisk.edge.controller;

/** Learns of the computers of a controller. Called on the control thread; must not block. */
public interface ComputerListener {

    /** A computer came, or one that was there has other lambdas now. */
    void announced(ComputerNode computer);

    /** A computer that was there went. */
    void removed(String endpoint);
}
