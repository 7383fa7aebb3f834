package io.fogwhisk.feed.alarm;

import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.wsk.TriggerDirectory;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks at a start whether the triggers of alarms are still there, a few at a time, and disables the alarms of others. */
final class TriggerCheck {

    private static final Logger LOG = LoggerFactory.getLogger(TriggerCheck.class);
    private static final int AT_A_TIME = 8;
    private static final int NOT_FOUND = 404;
    private static final int FORBIDDEN = 403;

    private final TriggerDirectory triggers;
    private final BiConsumer<Feed, FeedState.Disabled> disable;
    private final Executor thread;
    // Used on the one thread alone.
    private final Queue<Feed> left = new ArrayDeque<>();

    /** A check; {@code thread} must be a single one. */
    TriggerCheck(TriggerDirectory triggers, BiConsumer<Feed, FeedState.Disabled> disable, Executor thread) {
        this.triggers = triggers;
        this.disable = disable;
        this.thread = thread;
    }

    /** Begins; does not wait. */
    void run(Collection<Feed> feeds) {
        thread.execute(() -> {
            left.addAll(feeds);
            for (int i = 0; i < AT_A_TIME; i++) {
                next();
            }
        });
    }

    private void next() {
        Feed feed = left.poll();
        if (feed == null) {
            return;
        }
        triggers.find(feed.key(), feed.trigger())
                .whenCompleteAsync(
                        (existence, failure) -> {
                            if (failure != null) {
                                LOG.atWarn()
                                        .addKeyValue("trigger", feed.trigger())
                                        .addKeyValue("error", String.valueOf(failure))
                                        .log("trigger of an alarm not checked");
                            } else if (existence == TriggerDirectory.Existence.ABSENT) {
                                disable(feed, NOT_FOUND, "it is not there");
                            } else if (existence == TriggerDirectory.Existence.FORBIDDEN) {
                                disable(feed, FORBIDDEN, "its key is not valid any more");
                            }
                            next();
                        },
                        thread);
    }

    private void disable(Feed feed, int status, String why) {
        LOG.atWarn()
                .addKeyValue("trigger", feed.trigger())
                .addKeyValue("error", why)
                .log("alarm disabled");
        disable.accept(
                feed,
                FeedState.Disabled.refused(
                        status, "Automatically disabled when the provider looked for the trigger: " + why));
    }
}
