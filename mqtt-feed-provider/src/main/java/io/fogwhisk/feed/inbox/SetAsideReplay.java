package io.fogwhisk.feed.inbox;

import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Fires again what was set aside, as its feed is now. Thread-safe; never waits. */
public interface SetAsideReplay {

    /**
     * Tries each message once. What is accepted is removed; what is not stays, with the new reason.
     *
     * @param id of one message, or empty for all
     * @return how many were accepted, once all were tried
     */
    CompletionStage<Integer> replay(OptionalLong id);

    /**
     * The same for the messages of one trigger.
     *
     * @param trigger as {@code /namespace/name}
     */
    CompletionStage<Integer> replay(String trigger);
}
