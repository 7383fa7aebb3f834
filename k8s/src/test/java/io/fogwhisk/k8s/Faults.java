package io.fogwhisk.k8s;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong, each once, in the order in which it was found. One thread. */
final class Faults {

    private final List<Fault> found = new ArrayList<>();

    void add(Manifest manifest, String path, String what) {
        add(new Fault(manifest.toString(), path, what));
    }

    void add(Fault fault) {
        if (!found.contains(fault)) {
            found.add(fault);
        }
    }

    /** Adds a fault unless something holds. */
    void unless(boolean holds, Manifest manifest, String path, String what) {
        if (!holds) {
            add(manifest, path, what);
        }
    }

    List<Fault> all() {
        return List.copyOf(found);
    }
}
