package io.fogwhisk.wsk.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * What one document of a catalogue says, without its id and revision.
 *
 * @param body its fields, without those that begin with an underscore; nobody changes it any more
 * @param attachments what lies beside it, by name
 */
public record CatalogDocument(ObjectNode body, Map<String, Attachment> attachments) {

    /** Copies the map. */
    public CatalogDocument {
        attachments = Map.copyOf(attachments);
    }

    /** A document without attachments. */
    public static CatalogDocument of(ObjectNode body) {
        return new CatalogDocument(body, Map.of());
    }

    /**
     * Bytes beside a document.
     *
     * @param contentType such as {@code application/octet-stream}
     * @param bytes nobody changes them any more
     */
    @SuppressWarnings("ArrayRecordComponent") // Tens of megabytes that are only handed on: a copy helps nobody.
    public record Attachment(String contentType, byte[] bytes) {}
}
