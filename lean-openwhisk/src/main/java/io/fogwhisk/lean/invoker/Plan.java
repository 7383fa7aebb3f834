package io.fogwhisk.lean.invoker;

import java.util.List;

/**
 * What an entry comes to, as the entities are now; records that are known before anything runs are in its run.
 *
 * @param calls to be run
 */
record Plan(EntryRun run, List<Call> calls) {

    /** The lanes of the calls, in the same order. */
    List<Lanes.Key> lanes() {
        return calls.stream().map(Call::lane).toList();
    }
}
