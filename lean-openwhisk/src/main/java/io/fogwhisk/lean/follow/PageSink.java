package io.fogwhisk.lean.follow;

import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.DocumentSink;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A sink that takes many changes at once faster than one by one. */
interface PageSink extends DocumentSink {

    /**
     * Takes changes of different documents, in their order.
     *
     * @return of each change why it can't be applied, or empty, as {@link #put} says
     */
    List<Optional<String>> apply(List<DocumentChange> changes);

    /** The ids of the documents that it has made something of. */
    Set<String> held();

    /** A document with its secrets readable, as far as this site can open what a centre sealed for it. */
    default CatalogDocument opened(CatalogDocument document) {
        return document;
    }

    /** Whether it makes nothing of a document of that id, whatever it says. */
    default boolean passesOver(String id) {
        return false;
    }

    @Override
    default Optional<String> put(String id, CatalogDocument document) {
        return apply(List.of(new DocumentChange(id, Optional.of(document)))).get(0);
    }

    @Override
    default void remove(String id) {
        apply(List.of(new DocumentChange(id, Optional.empty())));
    }
}
