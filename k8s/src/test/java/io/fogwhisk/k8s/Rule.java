package io.fogwhisk.k8s;

/** One thing that must hold of a set of manifests. */
interface Rule {

    /** Adds a fault for everything that does not hold. */
    void check(ManifestSet manifests, Faults faults);
}
