package io.fogwhisk.base.certificate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The names and addresses that a certificate may be for. Stateless. */
public final class HostNames {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f.]*(:[0-9A-Fa-f.]*){2,7}");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private HostNames() {}

    /** What every machine is called by itself. */
    public static List<String> loopback() {
        return List.of("localhost", "127.0.0.1", "::1");
    }

    /** What this machine is called by others, if it knows. */
    public static Optional<String> ofThisMachine() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return canBeNamed(name) && !isAddress(name) ? Optional.of(name) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** Whether the text is an address rather than a name. */
    public static boolean isAddress(String host) {
        return host.contains(":") || IPV4.matcher(host).matches();
    }

    /** Whether a certificate can be for it: "any address" is none that a client could ask for. */
    public static boolean canBeNamed(String host) {
        if (host.equals("0.0.0.0") || host.equals("::")) {
            return false;
        }
        return IPV6.matcher(host).matches() || NAME.matcher(host).matches();
    }

    /** The keytool extension that makes a certificate one for the hosts. */
    public static String extension(Collection<String> hosts) {
        return "SAN="
                + String.join(
                        ",",
                        hosts.stream()
                                .map(host -> (isAddress(host) ? "ip:" : "dns:") + host)
                                .toList());
    }
}
