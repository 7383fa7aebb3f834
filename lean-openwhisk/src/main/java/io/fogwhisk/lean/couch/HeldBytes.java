package io.fogwhisk.lean.couch;

import java.util.IdentityHashMap;

/**
 * How much long code is in memory on its way to slow clients; the same code for several of them counts once. Beyond the
 * bound a client has to come again, but for one, so that nothing is too long to be sent at all. Thread-safe.
 */
final class HeldBytes {

    /** What is shorter is not worth counting. */
    private static final int MIN_COUNTED = 256 * 1024;

    private final long most;
    private final IdentityHashMap<byte[], Integer> readers = new IdentityHashMap<>();
    private long held;

    /** A bound in bytes. */
    HeldBytes(long most) {
        this.most = most;
    }

    /** Holds some bytes until they are released; false if there is no room. */
    synchronized boolean take(byte[] bytes) {
        if (bytes.length < MIN_COUNTED) {
            return true;
        }
        Integer others = readers.get(bytes);
        if (others == null) {
            if (held > 0 && held + bytes.length > most) {
                return false;
            }
            held += bytes.length;
        }
        readers.put(bytes, others == null ? 1 : others + 1);
        return true;
    }

    /** Lets go of bytes that were taken. */
    synchronized void release(byte[] bytes) {
        Integer others = readers.get(bytes);
        if (others == null) {
            return;
        }
        if (others > 1) {
            readers.put(bytes, others - 1);
        } else {
            readers.remove(bytes);
            held -= bytes.length;
        }
    }
}
