package io.fogwhisk.lean.couch;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;

/** What an answer is made of, made piece by piece as the client takes it. Used by one thread at a time. */
@FunctionalInterface
interface Parts {

    /** The next piece, or that there is none yet, or none any more. */
    Part next();

    /** One step of an answer. */
    sealed interface Part {}

    /** Something to send; not changed any more. */
    @SuppressWarnings("ArrayRecordComponent") // Only handed on.
    record Bytes(byte[] bytes) implements Part {}

    /** There is nothing yet: ask again when something changed, or after a time. */
    record Wait(Duration longest) implements Part {}

    /** The answer is complete. */
    record End() implements Part {}

    /** A piece of text. */
    static Part text(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Pieces that are all there, or made when asked for, and the end. */
    static Parts of(Iterator<byte[]> pieces) {
        return () -> pieces.hasNext() ? new Bytes(pieces.next()) : new End();
    }
}
