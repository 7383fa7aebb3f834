package io.fogwhisk.wsk.client;

import io.fogwhisk.wsk.WskException;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Where the REST API of an OpenWhisk is.
 *
 * @param url {@code http://host:port} or {@code https://host:port}, without a slash at its end
 * @param insecure whether any certificate will do, as {@code wsk --insecure} has it
 */
public record ApiHost(String url, boolean insecure) {

    /** Checks the address; one without a scheme is that of a port that speaks TLS. */
    public ApiHost {
        String full = url.contains("://") ? url : "https://" + url;
        while (full.endsWith("/")) {
            full = full.substring(0, full.length() - 1);
        }
        if (!isHttp(full)) {
            throw new WskException("'" + url + "' is not an API host: use http://host:port");
        }
        url = full;
    }

    /** An API host whose certificate is checked. */
    public static ApiHost of(String url) {
        return new ApiHost(url, false);
    }

    /** The beginnings of a client that accepts the certificates of this host; it speaks HTTP/1.1. */
    public HttpClient.Builder client() {
        HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        return insecure && url.startsWith("https:") ? client.sslContext(trustingAnybody()) : client;
    }

    private static SSLContext trustingAnybody() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new WskException("this Java cannot do TLS: " + e.getMessage(), e);
        }
    }

    private static boolean isHttp(String url) {
        try {
            return URI.create(url).getHost() != null && (url.startsWith("http://") || url.startsWith("https://"));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return url;
    }
}
