package io.fogwhisk.feed.alarm;

import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.feed.registry.FeedStatus;
import io.fogwhisk.feed.trigger.Fire;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The fire of one tick; wanted until the next one. */
final class AlarmFire implements Fire {

    private static final Logger LOG = LoggerFactory.getLogger(AlarmFire.class);

    private final Feed feed;
    private final AlarmSpec spec;
    private final FeedRegistry registry;
    private final Clock clock;
    private final Instant until;

    AlarmFire(Feed feed, AlarmSpec spec, FeedRegistry registry, Clock clock, Instant until) {
        this.feed = feed;
        this.spec = spec;
        this.registry = registry;
        this.clock = clock;
        this.until = until;
    }

    @Override
    public Feed feed() {
        return feed;
    }

    @Override
    public FeedStatus status() {
        return registry.status(feed.trigger());
    }

    @Override
    public JsonObject payload() {
        return spec.payload();
    }

    @Override
    public boolean wanted() {
        boolean same = registry.find(feed.trigger())
                .filter(now -> now.revision() == feed.revision())
                .isPresent();
        return same && clock.instant().isBefore(until);
    }

    @Override
    public void accepted() {}

    @Override
    public CompletionStage<Boolean> rejected(Outcome.Rejected reason) {
        LOG.atWarn()
                .addKeyValue("trigger", feed.trigger())
                .addKeyValue("error", reason.message())
                .log("alarm disabled");
        status().failed(reason.message());
        FeedState.Disabled state = FeedState.Disabled.refused(
                reason.statusCode(),
                "Automatically disabled after a fire was refused with status " + reason.statusCode() + ": "
                        + reason.message());
        return registry.disable(feed, state).thenApply(disabled -> true);
    }

    @Override
    public void abandoned() {
        LOG.atWarn().addKeyValue("trigger", feed.trigger()).log("alarm missed");
    }
}
