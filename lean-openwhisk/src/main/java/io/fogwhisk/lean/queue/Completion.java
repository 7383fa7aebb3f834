package io.fogwhisk.lean.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * An entry that is done, and the rows to store for it.
 *
 * @param stored completes after the commit
 */
record Completion(Entry entry, List<Row> rows, CompletableFuture<Void> stored) {

    /** One activation as it stands in the file. */
    record Row(long nanos, int index, String namespace, long start, String name, String doc, int status, int size) {}

    static Completion of(Entry entry, List<Finished> activations) {
        List<Row> rows = new ArrayList<>(activations.size());
        for (Finished finished : activations) {
            String doc = finished.document();
            rows.add(new Row(
                    entry.stamp().nanos(),
                    Stamp.indexOf(finished.activation().id()),
                    finished.activation().namespace(),
                    finished.activation().start(),
                    finished.name(),
                    doc,
                    finished.activation().status().code(),
                    ActivationDocument.bytes(doc)));
        }
        return new Completion(entry, rows, new CompletableFuture<>());
    }
}
