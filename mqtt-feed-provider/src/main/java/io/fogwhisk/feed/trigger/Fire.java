package io.fogwhisk.feed.trigger;

import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedStatus;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.concurrent.CompletionStage;

/**
 * One fire of a trigger and what its owner wants to know about it. After {@link #accepted}, {@link #abandoned}, or
 * {@link #rejected} with the answer true, nothing more is called.
 *
 * <p>Threads: any; every method must be short and must not block.
 */
public interface Fire {

    /** The feed as it was when the fire began. */
    Feed feed();

    /** Where to count. */
    FeedStatus status();

    /** What the trigger gets. */
    JsonObject payload();

    /** Asked before another attempt: whether anybody still wants it. */
    boolean wanted();

    /** It is durably accepted. */
    void accepted();

    /**
     * It will never be accepted.
     *
     * @return whether the owner is done with it; false to be told again after a while
     */
    CompletionStage<Boolean> rejected(Outcome.Rejected reason);

    /** It was given up, because nobody wants it any more. */
    void abandoned();
}
