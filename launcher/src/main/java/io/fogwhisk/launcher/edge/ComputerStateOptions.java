package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.edge.rpc.AnnouncedEndpoint;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Endpoint;
import io.fogwhisk.edge.state.StateServer;
import io.fogwhisk.edge.state.StateStore;
import io.fogwhisk.launcher.LauncherException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the states of a computer's functions are. */
final class ComputerStateOptions {

    private static final String ENDPOINT = "--state-endpoint";

    @Option(
            names = ENDPOINT,
            paramLabel = "HOST:PORT",
            defaultValue = "",
            description = "where to serve states, and whereto the states of functions move (default: nowhere)")
    private String endpoint = "";

    @Option(names = "--no-state-server", description = "somebody else serves the states at --state-endpoint")
    private boolean noServer;

    /**
     * What the options say.
     *
     * @param listen where states are served
     * @param served false if somebody else serves them
     * @param announcedHost where others reach this node, or empty
     * @param peer a node that reaches it, {@code host:port}, or empty
     */
    record States(Listen listen, boolean served, Optional<String> announcedHost, String peer) {

        /** Serves the states if that is to be done here, and says where others find them. */
        String open(ServiceGroup services, EdgeTransport transport) {
            if (!served) {
                return listen.host() + ":" + listen.port();
            }
            StateServer server = services.start(
                    new StateServer(transport, listen.host(), listen.port(), new StateStore(StateStore.MAX_BYTES)));
            server.announceAs(announcedHost, peer);
            if (AnnouncedEndpoint.isWildcard(Endpoint.parse(server.endpoint()).host())) {
                throw new LauncherException("no address found under which " + peer
                        + " reaches the states of --state-endpoint " + listen.host() + ": use --announced-host");
            }
            return server.endpoint();
        }
    }

    /**
     * Reads the options.
     *
     * @param announcedHost where others reach this node, or empty
     * @param peer a node that reaches it, {@code host:port}, or empty
     * @throws ConfigException if one has a fault
     */
    Optional<States> read(Optional<String> announcedHost, String peer) {
        if (endpoint.isEmpty()) {
            if (noServer) {
                throw fault("--no-state-server needs --state-endpoint");
            }
            return Optional.empty();
        }
        Listen listen = Listen.parse(ENDPOINT, endpoint);
        boolean everywhere = AnnouncedEndpoint.isWildcard(listen.host());
        if (noServer && (everywhere || listen.port() == 0)) {
            throw fault("--state-endpoint must be where the states are served, with --no-state-server, was '" + endpoint
                    + "'");
        }
        if (everywhere && announcedHost.isEmpty() && peer.isEmpty()) {
            throw fault("--state-endpoint " + endpoint + " says nobody where the states are: use another host, or"
                    + " --announced-host");
        }
        return Optional.of(new States(listen, !noServer, announcedHost, peer));
    }

    private static ConfigException fault(String what) {
        return new ConfigException(List.of(what));
    }
}
