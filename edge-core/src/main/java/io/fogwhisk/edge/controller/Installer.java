package io.fogwhisk.edge.controller;

/**
 * Decides which router must know which way to which computer, and says so as soon as it changes: only the difference to
 * what was said before. Confined to one thread, without input or output.
 */
public sealed interface Installer permits FlatInstaller, HierInstaller {

    /** A router that was not there came; it knows nothing yet. */
    void joined(RouterNode router, RouterCommands commands);

    /** A router that was there went; it is told nothing more. */
    void left(RouterNode router, RouterCommands commands);

    /** A computer came, or one that was there has other lambdas now. */
    void announced(ComputerNode computer, RouterCommands commands);

    /** A computer that was there went. */
    void removed(ComputerNode computer, RouterCommands commands);

    /** Says everything again to a router that is there. */
    void tell(RouterNode router, RouterCommands commands);
}
