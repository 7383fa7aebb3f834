package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * What a catalogue says of one document.
 *
 * @param id of the document
 * @param rev its revision
 * @param deleted whether it is gone
 * @param document as it is, if it came along
 * @param fault why the document can't be had, if so
 */
record Row(String id, String rev, boolean deleted, Optional<ObjectNode> document, Optional<String> fault) {

    /** The same document with what it says. */
    Row with(String found, ObjectNode body) {
        return new Row(id, found, false, Optional.of(body), Optional.empty());
    }

    /** The same document, which can't be had. */
    Row with(String why) {
        return new Row(id, rev, deleted, Optional.empty(), Optional.of(why));
    }

    /**
     * Rows of the changes of a database.
     *
     * @param rows in the order of the changes
     * @param last the sequence number to go on after
     * @param pending how many changes follow; 0 if the catalogue does not say
     */
    record Page(List<Row> rows, String last, long pending) {

        /** Copies the rows. */
        Page {
            rows = List.copyOf(rows);
        }
    }
}
