package io.fogwhisk.edge.rpc;

import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where others reach a node, which need not be where it listens: nobody can call {@code 0.0.0.0}. Thread-safe.
 */
public final class AnnouncedEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(AnnouncedEndpoint.class);
    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "[::]", "::", "[0:0:0:0:0:0:0:0]");

    private AnnouncedEndpoint() {}

    /**
     * The endpoint to announce: at the configured host if there is one; of a node that listens everywhere at the address
     * of this machine that leads to the controller; else where the node listens. May wait for a name service.
     *
     * @param bound {@code host:port} where the node listens
     * @param configured a host, or empty
     * @param controller {@code host:port}, or empty if there is none
     */
    public static String of(String bound, Optional<String> configured, String controller) {
        return find(bound, configured, controller, AnnouncedEndpoint::towards).orElseGet(() -> {
            LOG.atWarn()
                    .addKeyValue("endpoint", bound)
                    .addKeyValue("controller", controller)
                    .log("no address found to announce, configure the announced host");
            return bound;
        });
    }

    /**
     * The endpoint to announce, or empty if the controller's name or the way there is not known.
     *
     * @param towards the address of this machine that leads to an endpoint
     */
    static Optional<String> find(
            String bound,
            Optional<String> configured,
            String controller,
            Function<Endpoint, Optional<String>> towards) {
        Endpoint endpoint = Endpoint.parse(bound);
        if (configured.isPresent()) {
            return Optional.of(new Endpoint(configured.get(), endpoint.port()).toString());
        }
        if (!isWildcard(endpoint.host()) || controller.isEmpty()) {
            return Optional.of(bound);
        }
        return towards.apply(Endpoint.parse(controller)).map(host -> new Endpoint(host, endpoint.port()).toString());
    }

    /** Whether a host to bind to means all addresses. */
    public static boolean isWildcard(String host) {
        return WILDCARDS.contains(host);
    }

    /** Connecting a datagram socket sends nothing, but has the system choose the local address. */
    static Optional<String> towards(Endpoint controller) {
        InetSocketAddress remote = new InetSocketAddress(controller.host(), controller.port());
        if (remote.isUnresolved()) {
            return Optional.empty();
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(remote);
            InetAddress local = socket.getLocalAddress();
            return local == null || local.isAnyLocalAddress() ? Optional.empty() : Optional.of(text(local));
        } catch (SocketException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        if (!(address instanceof Inet6Address)) {
            return text;
        }
        int scope = text.indexOf('%');
        return "[" + (scope < 0 ? text : text.substring(0, scope)) + "]";
    }
}
