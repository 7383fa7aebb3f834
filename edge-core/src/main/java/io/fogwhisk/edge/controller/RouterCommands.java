package io.fogwhisk.edge.controller;

/**
 * Takes what routers must be told, and gets it to them: in order for each router, where a later word on the same lambda
 * and destination replaces an earlier one. Called by one thread; must not block and must not call back.
 */
public interface RouterCommands {

    /** The router must know the route; it may know it already, or with other properties. */
    void change(RouterNode router, Route route);

    /** The router must forget the lambda's destination; it may not know it. */
    void remove(RouterNode router, Route route);

    /** The router has gone and is to be told nothing more. */
    void left(RouterNode router);
}
