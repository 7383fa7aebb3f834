package io.fogwhisk.feed.registry;

import io.fogwhisk.feed.FeedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The address of an MQTT broker and who to be there. Its text form is masked.
 *
 * @param transport how MQTT gets there
 * @param host name or address
 * @param port 1 to 65535
 * @param path of a web socket, with its slash; empty for the others
 * @param user empty for none
 * @param password empty for none
 */
public record Broker(Transport transport, String host, int port, String path, String user, String password) {

    private static final String FORM = "use mqtt://[user:password@]host[:port]";
    private static final String WEB_SOCKET_PATH = "/mqtt";

    /** What carries MQTT. */
    public enum Transport {
        /** A TCP connection in clear text. */
        TCP("mqtt", 1883),
        /** A TCP connection with TLS. */
        TLS("mqtts", 8883),
        /** A web socket in clear text. */
        WEB_SOCKET("ws", 80),
        /** A web socket with TLS. */
        SECURE_WEB_SOCKET("wss", 443);

        private final String scheme;
        private final int port;

        Transport(String scheme, int port) {
            this.scheme = scheme;
            this.port = port;
        }

        /** Whether the connection is encrypted. */
        public boolean secure() {
            return this == TLS || this == SECURE_WEB_SOCKET;
        }

        /** Whether it is a web socket. */
        public boolean webSocket() {
            return this == WEB_SOCKET || this == SECURE_WEB_SOCKET;
        }

        /** The scheme of its urls. */
        public String scheme() {
            return scheme;
        }

        private static Transport of(String scheme) {
            return switch (scheme) {
                case "mqtt", "tcp", "http" -> TCP;
                case "mqtts", "ssl", "tls", "https" -> TLS;
                case "ws" -> WEB_SOCKET;
                case "wss" -> SECURE_WEB_SOCKET;
                default ->
                    throw new FeedException("the broker url scheme '" + scheme
                            + "' is not supported: use mqtt, tcp or http (plain MQTT), mqtts or ssl (TLS), ws or wss (web"
                            + " socket)");
            };
        }
    }

    /** Checks the range of the port. */
    public Broker {
        Objects.requireNonNull(transport, "transport is null");
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(path, "path is null");
        Objects.requireNonNull(user, "user is null");
        Objects.requireNonNull(password, "password is null");
        if (port < 1 || port > 65_535) {
            throw new FeedException("the port of the broker url must be 1 to 65535, was " + port);
        }
    }

    /** A broker over TCP in clear text. */
    public static Broker tcp(String host, int port) {
        return new Broker(Transport.TCP, host, port, "", "", "");
    }

    /**
     * Reads {@code scheme://[user:password@]host[:port][/path]}. As users of OpenWhisk's feeds write them, {@code tcp}
     * and {@code http} mean plain MQTT, {@code ssl} and {@code https} MQTT over TLS.
     *
     * @throws FeedException if it is something else; the message holds no password
     */
    public static Broker parse(String url) {
        URI uri;
        try {
            uri = new URI(url.strip());
        } catch (URISyntaxException e) {
            // The cause's message holds the whole url, password included.
            throw new FeedException("the broker url is not valid: " + FORM + " and percent-encode special characters");
        }
        Transport transport = Transport.of(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT));
        if (uri.getHost() == null) {
            throw new FeedException("the broker url names no host: " + FORM);
        }
        String info = text(uri.getRawUserInfo());
        int colon = info.indexOf(':');
        String user = colon < 0 ? info : info.substring(0, colon);
        String password = colon < 0 ? "" : info.substring(colon + 1);
        return new Broker(
                transport,
                uri.getHost(),
                uri.getPort() < 0 ? transport.port : uri.getPort(),
                path(transport, text(uri.getRawPath())),
                decode(user),
                decode(password));
    }

    /** Whether the other one is at the same address, whoever is meant there. */
    public boolean sameAddress(Broker other) {
        return address().equals(other.address());
    }

    /** The url without a user: the same for everybody who means this broker. */
    public String address() {
        return transport.scheme() + "://" + host + ":" + port + path;
    }

    /** The same user at the address of another one. */
    Broker at(Broker other) {
        return new Broker(other.transport, other.host, other.port, other.path, user, password);
    }

    /** The url, password included; a secret, not for logs. */
    public String reveal() {
        return url(password.isEmpty() ? "" : ":" + encode(password));
    }

    /** The url with the password masked. */
    @Override
    public String toString() {
        return url(password.isEmpty() ? "" : ":***");
    }

    private String url(String secret) {
        String info = encode(user) + secret;
        return transport.scheme() + "://" + (info.isEmpty() ? "" : info + "@") + host + ":" + port + path;
    }

    private static String path(Transport transport, String path) {
        if (!transport.webSocket()) {
            return "";
        }
        return path.isEmpty() || path.equals("/") ? WEB_SOCKET_PATH : path;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static String decode(String value) {
        // The decoder is made for forms, where a plus is a space; in a url it is a plus.
        return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
