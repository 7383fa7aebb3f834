package io.fogwhisk.lean.follow;

import io.fogwhisk.wsk.WskException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which catalogue a site follows, and how. Its text form hides the password.
 *
 * @param name of the site; in the names of threads and of its report
 * @param url of the CouchDB, {@code http} or {@code https}, without user and password
 * @param user for the CouchDB; with a password only
 * @param password or token of the user
 * @param databases what each logical database ({@code whisks}, {@code subjects}, …) is called there; one that is missing
 *     has its logical name
 * @param dataFolder where {@code follow.db} is
 * @param namespaces those that are followed; empty for all
 * @param keysValid for how long after the last contact followed keys log in; empty for ever
 * @param authority PEM file of the certificates to trust instead of the system's
 * @param poll the longest wait for a change, more than zero
 */
public record FollowConfig(
        String name,
        URI url,
        Optional<String> user,
        Optional<String> password,
        Map<String, String> databases,
        Path dataFolder,
        Set<String> namespaces,
        Optional<Duration> keysValid,
        Optional<Path> authority,
        Duration poll) {

    /** The longest wait unless another is wanted: shorter than most proxies' patience. */
    public static final Duration DEFAULT_POLL = Duration.ofSeconds(25);

    /** Checks and copies. */
    public FollowConfig {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(user, "user is null");
        Objects.requireNonNull(password, "password is null");
        Objects.requireNonNull(dataFolder, "dataFolder is null");
        Objects.requireNonNull(keysValid, "keysValid is null");
        Objects.requireNonNull(authority, "authority is null");
        databases = Map.copyOf(databases);
        namespaces = Set.copyOf(namespaces);
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!http || url.getHost() == null || url.getUserInfo() != null || url.getQuery() != null) {
            throw new WskException("the URL of a catalogue must be http(s)://host:port without user and password");
        }
        if (user.isPresent() && password.isEmpty()) {
            throw new WskException("the user of a catalogue needs a password");
        }
        if (poll.isZero() || poll.isNegative()) {
            throw new WskException("poll must be more than 0, was " + poll);
        }
    }

    /** What a logical database is called at the centre. */
    String database(String logical) {
        return databases.getOrDefault(logical, logical);
    }

    @Override
    public String toString() {
        return "FollowConfig[" + name + " follows " + url + "]";
    }
}
