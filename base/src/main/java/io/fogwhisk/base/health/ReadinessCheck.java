package io.fogwhisk.base.health;

import java.util.Optional;

/**
 * One thing that a process needs in order to accept and durably store. It is asked by one thread at a time, and may
 * block: whoever asks does not wait for ever.
 */
@FunctionalInterface
public interface ReadinessCheck {

    /**
     * Looks.
     *
     * @return what is wrong, in words for whoever has to mend it; empty if all is well
     * @throws Exception if it cannot be found out, which counts as a fault
     */
    Optional<String> fault() throws Exception;
}
