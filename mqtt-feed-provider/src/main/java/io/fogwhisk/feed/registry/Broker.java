package io.fogwhisk.feed.registry;

import io.fogwhisk.feed.FeedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The address of an MQTT broker and who to be there. Its text form is masked.
 *
 * @param host name or address
 * @param port 1 to 65535
 * @param user empty for none
 * @param password empty for none
 */
public record Broker(String host, int port, String user, String password) {

    private static final int DEFAULT_PORT = 1883;
    private static final Set<String> PLAIN = Set.of("mqtt", "tcp", "http");

    /** Checks the range of the port. */
    public Broker {
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(user, "user is null");
        Objects.requireNonNull(password, "password is null");
        if (port < 1 || port > 65_535) {
            throw new FeedException("the port of the broker url must be 1 to 65535, was " + port);
        }
    }

    /**
     * Reads {@code scheme://[user:password@]host[:port]}, with the scheme mqtt, tcp or http, which all mean MQTT over
     * TCP.
     *
     * @throws FeedException if it is something else; the message holds no password
     */
    public static Broker parse(String url) {
        URI uri;
        try {
            uri = new URI(url.strip());
        } catch (URISyntaxException e) {
            // The cause's message holds the whole url, password included.
            throw new FeedException("the broker url is not valid: use mqtt://[user:password@]host[:port] and "
                    + "percent-encode special characters");
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!PLAIN.contains(scheme)) {
            throw new FeedException(
                    "the broker url scheme '" + scheme + "' is not supported: use mqtt, tcp or http (plain MQTT)");
        }
        if (uri.getHost() == null) {
            throw new FeedException("the broker url names no host: use mqtt://[user:password@]host[:port]");
        }
        String info = text(uri.getRawUserInfo());
        int colon = info.indexOf(':');
        String user = colon < 0 ? info : info.substring(0, colon);
        String password = colon < 0 ? "" : info.substring(colon + 1);
        return new Broker(
                uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(), decode(user), decode(password));
    }

    /** Whether the other one is at the same address, whoever is meant there. */
    public boolean sameAddress(Broker other) {
        return host.equals(other.host) && port == other.port;
    }

    /** The same user at the address of another one. */
    Broker at(Broker other) {
        return new Broker(other.host, other.port, user, password);
    }

    /** The url, password included; a secret, not for logs. */
    public String reveal() {
        String info = encode(user) + (password.isEmpty() ? "" : ":" + encode(password));
        return "mqtt://" + (info.isEmpty() ? "" : info + "@") + host + ":" + port;
    }

    /** The url with the password masked. */
    @Override
    public String toString() {
        String info = encode(user) + (password.isEmpty() ? "" : ":***");
        return "mqtt://" + (info.isEmpty() ? "" : info + "@") + host + ":" + port;
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
