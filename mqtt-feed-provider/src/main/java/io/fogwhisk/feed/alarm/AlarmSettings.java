package io.fogwhisk.feed.alarm;

import io.fogwhisk.feed.FeedException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a provider schedules alarms.
 *
 * @param limitCronFields whether patterns with seconds are refused
 * @param spread over how many seconds the alarms of one minute are spread, 0 to 59; 0 fires them all at its begin
 * @param strictByDefault whether an alarm that does not say {@code strict} is left out of the spreading
 * @param cluster the schedule that several providers share; empty for one of its own
 */
public record AlarmSettings(boolean limitCronFields, int spread, boolean strictByDefault, Optional<Cluster> cluster) {

    /** Any pattern, no spreading, a schedule of its own. */
    public static final AlarmSettings DEFAULT = new AlarmSettings(false, 0, false, Optional.empty());

    private static final int MAX_SPREAD = 59;

    /**
     * A database that holds a schedule for several providers: each alarm is fired by one of them. Its text form is
     * masked.
     *
     * @param url of the database, such as {@code jdbc:postgresql://host/name}
     * @param checkin how often a provider shows the others that it is there, and looks for their changes; one that does
     *     not for some ten seconds longer is taken for dead
     */
    public record Cluster(String url, String user, String password, Duration checkin) {

        private static final Duration DEFAULT_CHECKIN = Duration.ofSeconds(3);

        /** Checks in every three seconds. */
        public Cluster(String url, String user, String password) {
            this(url, user, password, DEFAULT_CHECKIN);
        }

        /** Checks that it is the url of a PostgreSQL. */
        public Cluster {
            Objects.requireNonNull(user, "user is null");
            Objects.requireNonNull(password, "password is null");
            if (!url.startsWith("jdbc:postgresql:")) {
                // Not shown: it may hold a password.
                throw new FeedException("the url of the shared schedule must begin with jdbc:postgresql:");
            }
            if (checkin.toMillis() < 100) {
                throw new FeedException("the check-in of the shared schedule must be at least 100 ms, was " + checkin);
            }
        }

        @Override
        public String toString() {
            // What follows may hold a password.
            return url.split("\\?", -1)[0] + " as " + user;
        }
    }

    /** Checks the range. */
    public AlarmSettings {
        Objects.requireNonNull(cluster, "cluster is null");
        if (spread < 0 || spread > MAX_SPREAD) {
            throw new FeedException("the spread of alarms must be 0 to " + MAX_SPREAD + " seconds, was " + spread);
        }
    }
}
