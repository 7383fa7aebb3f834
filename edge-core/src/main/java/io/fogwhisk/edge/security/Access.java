package io.fogwhisk.edge.security;

import java.util.Set;

/** What a caller must be to call a method. A method that nobody thought of is for announcers. */
enum Access {
    /** Whoever has a connection. */
    EVERYBODY,
    /** A node of the domain: other nodes' states and results are none of a client's business. */
    NODES,
    /** Who may announce: the rest of the domain acts on what it says. */
    ANNOUNCERS;

    private static final String LAMBDAS = "uiiit.rpc.EdgeServer";
    private static final Set<String> FOR_NODES = Set.of("uiiit.rpc.StateServer", "uiiit.rpc.CallbackServer");
    private static final Set<String> FOR_EVERYBODY = Set.of(
            LAMBDAS + "/RunLambda",
            "uiiit.rpc.EdgeRouter/GetTable",
            "uiiit.rpc.EdgeRouter/GetNumTables",
            "uiiit.rpc.EdgeComputer/StreamUtil");

    /** Of a method, such as {@code uiiit.rpc.EdgeServer/RunLambda}. */
    static Access to(String method) {
        if (FOR_EVERYBODY.contains(method)) {
            return EVERYBODY;
        }
        return FOR_NODES.contains(method.substring(0, Math.max(0, method.indexOf('/')))) ? NODES : ANNOUNCERS;
    }

    /** Whether a service runs lambdas, which ServerlessOnEdge encrypts, rather than controls the domain. */
    static boolean runsLambdas(String service) {
        return service.equals(LAMBDAS);
    }
}
