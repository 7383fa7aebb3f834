package io.fogwhisk.lean.follow;

/** A catalogue did not answer as it should; the message names its URL. */
final class CatalogException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** A failure without a cause. */
    CatalogException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** What it is, for those that act on it. */
    Reason reason() {
        return reason;
    }

    /** How an answer failed. */
    enum Reason {
        /** There is no answer. */
        AWAY,
        /** The credentials don't do, or were wrong so often that no more are taken for now. */
        FORBIDDEN,
        /** The database, document or attachment is not there. */
        MISSING,
        /** What answers is no CouchDB. */
        STRANGER,
        /** An answer that is too long, or is not the JSON that it should be. */
        UNREADABLE,
        /** Any other status. */
        FAILED
    }
}
