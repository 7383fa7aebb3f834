package io.fogwhisk.edge.state;

import com.google.protobuf.ByteString;
import io.fogwhisk.edge.rpc.EdgeException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** States in memory, by name, bounded in bytes. Thread-safe. */
public final class StateStore {

    /** How many bytes a store takes unless something else is said. */
    public static final long MAX_BYTES = 256L << 20;

    private final long maxBytes;
    private final Map<String, ByteString> states = new HashMap<>();
    private long bytes;

    /**
     * An empty store.
     *
     * @param maxBytes of names and contents, more than 0
     */
    public StateStore(long maxBytes) {
        if (maxBytes < 1) {
            throw new EdgeException("the bytes of a state store must be more than 0, was " + maxBytes);
        }
        this.maxBytes = maxBytes;
    }

    /** The content of a state. */
    public synchronized Optional<ByteString> get(String name) {
        return Optional.ofNullable(states.get(name));
    }

    /** Sets a state; false, and nothing changes, if there is no room. */
    public synchronized boolean put(String name, ByteString content) {
        ByteString old = states.get(name);
        long before = old == null ? 0 : size(name, old);
        long after = bytes - before + size(name, content);
        if (after > maxBytes) {
            return false;
        }
        bytes = after;
        states.put(name, content);
        return true;
    }

    /** Removes a state; false if there is none. */
    public synchronized boolean remove(String name) {
        ByteString old = states.remove(name);
        if (old == null) {
            return false;
        }
        bytes -= size(name, old);
        return true;
    }

    /** How many bytes the states take. */
    public synchronized long bytes() {
        return bytes;
    }

    /** How many bytes there may be. */
    public long maxBytes() {
        return maxBytes;
    }

    private static long size(String name, ByteString content) {
        return name.length() + (long) content.size();
    }
}
