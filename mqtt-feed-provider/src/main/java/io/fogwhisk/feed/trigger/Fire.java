package io.fogwhisk.feed.trigger;

import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedStatus;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.concurrent.CompletionStage;

/**
 * One fire of a trigger for messages and what its owner wants to know about it. After {@link #accepted}, {@link
 * #abandoned}, or {@link #rejected} or {@link #failed} with the answer true, nothing more is called.
 *
 * <p>Threads: any; every method must be short and must not block.
 */
public interface Fire {

    /** How often an OpenWhisk usually may fail on one fire before it counts as hopeless. */
    int TRIES = 10;

    /** The feed as it was when the fire began, or was last {@link #wanted}. */
    Feed feed();

    /** Where to count. */
    FeedStatus status();

    /** What the trigger gets. */
    JsonObject payload();

    /** How many messages it holds. */
    int messages();

    /** How often the OpenWhisk may fail on it (not: be away or busy) before it is {@link #failed}. */
    int tries();

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

    /**
     * The OpenWhisk failed on it as often as it may.
     *
     * @return whether the owner is done with it; false to be told again after a while
     */
    CompletionStage<Boolean> failed(String reason);

    /** It was given up, because nobody wants it any more. */
    void abandoned();
}
