package io.fogwhisk.wsk.catalog;

import java.util.Optional;

/**
 * Takes the documents of one database of a catalogue, in the order of its changes, on one thread at a time.
 */
public interface DocumentSink {

    /**
     * A document is there, or is there with another content. Being told the same again changes nothing. What was taken
     * is durable, or is told again at the next start.
     *
     * @return why it can't be applied, for users; empty if it was. A document that is refused leaves what an earlier
     *     revision of it made
     */
    Optional<String> put(String id, CatalogDocument document);

    /** A document is gone, with what it made. Telling it twice is no fault. */
    void remove(String id);
}
