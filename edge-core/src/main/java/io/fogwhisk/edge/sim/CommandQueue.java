package io.fogwhisk.edge.sim;

import io.fogwhisk.edge.controller.Route;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one router is still to be told: one command is under way at a time, and of those that wait only the last word on
 * each lambda and destination counts. Bounded by what a table can hold.
 */
final class CommandQueue {

    private final Map<Key, Command> waiting = new LinkedHashMap<>();
    private @Nullable Command underWay;

    record Command(Route route, boolean install) {}

    private record Key(String lambda, String destination) {}

    void add(Route route, boolean install) {
        Key key = new Key(route.lambda(), route.destination());
        // The last word goes to the end, as what it depends on was said before it.
        waiting.remove(key);
        waiting.put(key, new Command(route, install));
    }

    /** Lets the next command go; false if one is under way or none waits. */
    boolean next() {
        if (underWay != null || waiting.isEmpty()) {
            return false;
        }
        Iterator<Command> first = waiting.values().iterator();
        underWay = first.next();
        first.remove();
        return true;
    }

    Command underWay() {
        Command known = underWay;
        if (known == null) {
            throw new IllegalStateException("no command is under way");
        }
        return known;
    }

    void done() {
        underWay = null;
    }

    void clear() {
        waiting.clear();
    }
}
