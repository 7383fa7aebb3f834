package io.fogwhisk.aggregate.influx;

import io.fogwhisk.aggregate.AggregateException;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * A bucket of an InfluxDB 2.
 *
 * @param url of the server, such as {@code http://localhost:8086}, without a slash at the end
 * @param org name of the organization
 * @param name of the bucket
 */
public record InfluxBucket(String url, String org, String name) {

    /** Checks that nothing is empty and that the URL is one of HTTP. */
    public InfluxBucket {
        while (url.endsWith("/")) {
            url = url.substring(0, url.length() - 1);
        }
        if (!isServer(url)) {
            // What has a user, or parameters, may have a password.
            boolean secret = url.indexOf('@') >= 0 || url.indexOf('?') >= 0;
            throw new AggregateException(
                    "the URL of an InfluxDB must have the form http://host:port or https://host:port, "
                            + (secret ? "without a user, a password or parameters" : "was " + url));
        }
        if (org.isBlank()) {
            throw new AggregateException("the organization of the InfluxDB at " + url + " must not be empty");
        }
        if (name.isBlank()) {
            throw new AggregateException("the bucket of the InfluxDB at " + url + " must not be empty");
        }
    }

    private static boolean isServer(String url) {
        try {
            URI uri = new URI(url);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return http && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "bucket " + name + " of organization " + org + " at " + url;
    }
}
