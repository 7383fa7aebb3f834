package io.fogwhisk.lean.runtime;

import java.util.List;

/** Finds out which versions of a language the machine has. */
@FunctionalInterface
interface LanguageFinder {

    /**
     * Looks for a language; called once, on a thread that may wait.
     *
     * @return one per version that works for an unprivileged user, the family's default first
     */
    List<Language> find(Machine machine);
}
