package io.fogwhisk.lean.couch;

import org.jspecify.annotations.Nullable;

/**
 * What a log knows of one document.
 *
 * @param seq of its last change
 * @param digest of its content; not changed
 * @param value of its source, or null: if it is deleted, or nobody has looked at the source yet
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by hand, in one place.
record LogEntry(
        String id,
        long seq,
        Revisions revisions,
        byte[] digest,
        boolean deleted,
        @Nullable Object value) {

    /** The same revision with a value that is not the same object any more. */
    LogEntry with(Object newer) {
        return new LogEntry(id, seq, revisions, digest, deleted, newer);
    }

    /** The name of the revision. */
    String rev() {
        return revisions.current();
    }
}
