package io.fogwhisk.lean.follow;

import io.fogwhisk.wsk.catalog.CatalogDocument;
import java.util.Optional;

/**
 * What happened to a document.
 *
 * @param id of the document
 * @param document as it is now; empty if it is gone
 */
record DocumentChange(String id, Optional<CatalogDocument> document) {}
