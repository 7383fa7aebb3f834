package io.fogwhisk.wsk.catalog;

import io.fogwhisk.wsk.EntityListing.Registration;
import java.util.Map;

/**
 * The documents that a catalogue shows as one database, as their keeper has them now. Thread-safe.
 */
public interface DocumentSource {

    /**
     * A snapshot: each id with a value that stands for the document's content. As long as a document does not change,
     * its value is equal to (best the same object as) the one before; equality must be cheap.
     */
    Map<String, Object> documents();

    /**
     * Writes out a document. May read the disk.
     *
     * @param value of {@link #documents}
     * @param reader the id of the site that asks, for whom secrets are sealed; empty for the form that a revision is
     *     computed from, which must not depend on chance
     */
    CatalogDocument render(String id, Object value, String reader);

    /** Calls a listener, which must not block, after every change of {@link #documents}. */
    Registration onChange(Runnable listener);
}
