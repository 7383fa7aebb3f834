package io.fogwhisk.lean.follow;

import io.fogwhisk.base.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far a site has followed its catalogue.
 *
 * @param databases by their logical names, {@code whisks} and others
 */
public record FollowState(SortedMap<String, Followed> databases) {

    /** Copies. */
    public FollowState {
        databases = Collections.unmodifiableSortedMap(new TreeMap<>(databases));
    }

    /**
     * How far one database was followed.
     *
     * @param revision the sequence number up to which everything was applied; empty before the first answer
     * @param appliedAt when a change was applied last
     * @param lastContact when the catalogue answered last
     * @param error why it does not answer, or what it answers instead; empty if all is well
     * @param behind how many changes are known to be waiting, at least
     * @param documents how many documents are known, those that were refused included
     * @param refusedCount how many of them can't be applied
     * @param refused the first of those, at most {@value #MOST_REFUSED}
     */
    public record Followed(
            Optional<String> revision,
            Optional<Instant> appliedAt,
            Optional<Instant> lastContact,
            Optional<String> error,
            long behind,
            int documents,
            int refusedCount,
            List<Refused> refused) {

        /** How many refused documents are listed. */
        public static final int MOST_REFUSED = 20;

        /** Copies the list. */
        public Followed {
            refused = List.copyOf(refused);
        }
    }

    /**
     * A document that can't be applied here.
     *
     * @param id of the document
     * @param reason for users
     */
    public record Refused(String id, String reason) {}

    /**
     * Reads what a site, which may be running, wrote down last.
     *
     * @param file {@code follow.db}
     * @return without databases if there is no such file
     * @throws StoreException if it can't be read
     */
    public static FollowState read(Path file) {
        SortedMap<String, Followed> databases = new TreeMap<>();
        if (Files.exists(file)) {
            for (Map.Entry<String, Position> each : FollowStore.positions(file).entrySet()) {
                Map<String, Known> known = FollowStore.known(file, each.getKey());
                List<Refused> refused = known.entrySet().stream()
                        .filter(document -> document.getValue().refusal().isPresent())
                        .map(document -> new Refused(
                                document.getKey(), document.getValue().refusal().get()))
                        .toList();
                databases.put(each.getKey(), each.getValue().followed(known.size(), refused));
            }
        }
        return new FollowState(databases);
    }
}
