package io.fogwhisk.edge.sim;

/** What can happen; the comment says to whom. */
enum Event {
    /** A client sends the next call; nobody. */
    ARRIVAL,
    /** A request reaches a router; the call. */
    AT_ROUTER,
    /** A request reaches a computer; the call. */
    AT_COMPUTER,
    /** A core has finished; the core. */
    FINISHED,
    /** An answer, or the news that there is none, reaches the router that asked; the call. */
    BACK,
    /** The answer reaches the client; the call. */
    AT_CLIENT,
    /** Places became free; the router. */
    RESUME,
    /** The period of the router's optimizer has ended; the router. */
    PERIOD,
    /** A node announces itself; the node. */
    BEAT,
    /** An announcement reaches the controller; the node. */
    ANNOUNCED,
    /** The controller looks for leases that are over; nobody. */
    LEASES,
    /** A command reaches a router; the router. */
    COMMAND,
    /** The answer to a command reaches the controller; the router. */
    COMMAND_DONE,
    /** A computer vanishes without a word; the computer. */
    VANISH,
    /** A computer is back, knowing nothing; the computer. */
    RETURN
}
