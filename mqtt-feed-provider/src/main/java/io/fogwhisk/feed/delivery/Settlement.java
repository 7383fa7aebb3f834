package io.fogwhisk.feed.delivery;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.inbox.SetAside;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.feed.registry.FeedStatus;
import io.fogwhisk.feed.trigger.Message;
import io.fogwhisk.wsk.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to messages and feeds that cannot go on. Thread-safe. */
final class Settlement {

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private final FeedRegistry registry;
    private final SetAside setAside;
    private final Metrics metrics;

    Settlement(FeedRegistry registry, SetAside setAside, Metrics metrics) {
        this.registry = registry;
        this.setAside = setAside;
        this.metrics = metrics;
    }

    FeedStatus status(Feed feed) {
        return registry.status(feed.trigger());
    }

    /** The feed as it is now, or as it was if it is gone. */
    Feed current(Feed feed) {
        return registry.find(feed.trigger()).orElse(feed);
    }

    /** Sets messages aside, all or none; false if there is no room. */
    CompletionStage<Boolean> setAside(Feed feed, List<PendingMessage> messages, String reason) {
        List<Message> list = messages.stream().map(PendingMessage::message).toList();
        return setAside.add(feed.trigger(), list, reason).thenApply(kept -> {
            FeedStatus status = status(feed);
            if (kept) {
                metrics.count(Meter.FEED_SET_ASIDE, list.size());
                list.forEach(message -> status.countSetAside(reason));
            } else {
                status.failed("the list of messages set aside is full: remove some; " + reason);
            }
            return kept;
        });
    }

    /** Disables a feed, unless it changed since; completes with true. */
    CompletionStage<Boolean> disable(Feed feed, Outcome.Rejected refusal) {
        boolean same = registry.find(feed.trigger())
                .filter(now -> now.revision() == feed.revision() && now.active())
                .isPresent();
        if (!same) {
            return CompletableFuture.completedStage(true);
        }
        LOG.atWarn()
                .addKeyValue("trigger", feed.trigger())
                .addKeyValue("error", refusal.message())
                .log("feed disabled");
        status(feed).failed(refusal.message());
        return registry.disable(
                        feed,
                        FeedState.Disabled.refused(
                                refusal.statusCode(),
                                "Automatically disabled after a fire was refused with status " + refusal.statusCode()
                                        + ": " + refusal.message()))
                .thenApply(disabled -> true);
    }
}
