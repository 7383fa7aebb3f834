package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Optional;

/** A catalogue that tests change and take away. */
interface UpstreamCatalog extends AutoCloseable {

    /** Where it is, also while it is stopped. */
    URI url();

    /** Who may read it; empty if anybody may. */
    Optional<String> user();

    /** The user's password. */
    Optional<String> password();

    /** Creates a document or replaces it, with its attachments in CouchDB's inline form. */
    void put(String database, String id, ObjectNode document);

    /** Deletes a document. */
    void delete(String database, String id);

    /** Takes a database away with all it has. */
    void drop(String database);

    /** Makes an empty database. */
    void create(String database);

    /** What a site told last; empty if it told nothing. */
    Optional<ObjectNode> report(String site);

    /** Ends the server; its data stays. */
    void stop();

    /** Starts the server again. */
    void start();

    @Override
    void close();
}
