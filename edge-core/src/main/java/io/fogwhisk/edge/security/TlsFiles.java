package io.fogwhisk.edge.security;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The PEM files of a node that speaks mutual TLS.
 *
 * @param authorities the certificates of the authorities that peers' certificates must be signed by
 * @param serverKey of the ports, PKCS#8, readable by its owner only
 * @param serverCertificate of the ports, followed by intermediate ones
 * @param clientKey of the calls, PKCS#8, readable by its owner only
 * @param clientCertificate of the calls, followed by intermediate ones
 */
public record TlsFiles(
        Path authorities, Path serverKey, Path serverCertificate, Path clientKey, Path clientCertificate) {

    /** Checks for null. */
    public TlsFiles {
        Objects.requireNonNull(authorities, "authorities is null");
        Objects.requireNonNull(serverKey, "serverKey is null");
        Objects.requireNonNull(serverCertificate, "serverCertificate is null");
        Objects.requireNonNull(clientKey, "clientKey is null");
        Objects.requireNonNull(clientCertificate, "clientCertificate is null");
    }

    /** The files of a folder, under the names that ServerlessOnEdge has for them. */
    public static TlsFiles in(Path folder) {
        return new TlsFiles(
                folder.resolve("ca.crt"),
                folder.resolve("server.key"),
                folder.resolve("server.crt"),
                folder.resolve("client.key"),
                folder.resolve("client.crt"));
    }
}
