package io.fogwhisk.lean.couch;

import io.fogwhisk.base.http.Tls;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a catalogue is served.
 *
 * @param name of the centre; in the names of its threads and of its port
 * @param host the address to bind to
 * @param port 0 to 65535, 0 for any free one
 * @param tls when present the port speaks TLS as well
 */
public record CouchConfig(String name, String host, int port, Optional<Tls> tls) {

    /** The port that CouchDB's clients expect. */
    public static final int DEFAULT_PORT = 5984;

    /** Checks for null and the range of the port. */
    public CouchConfig {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(tls, "tls is null");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535, was " + port);
        }
    }
}
