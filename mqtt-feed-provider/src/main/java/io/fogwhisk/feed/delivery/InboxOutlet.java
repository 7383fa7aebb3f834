package io.fogwhisk.feed.delivery;

import io.fogwhisk.feed.inbox.InboxMessage;
import io.fogwhisk.feed.inbox.Outlet;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.PayloadFormat.Batch;
import io.fogwhisk.feed.trigger.Message;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Objects;
import java.util.Optional;

/** Takes the messages of an inbox to the lanes of their feeds. */
public final class InboxOutlet implements Outlet {

    // Some batches under way and one being filled.
    private static final int BATCHES = 5;
    private static final int MAX_WIDTH = 2_500;

    private final FeedRegistry registry;
    private final Lanes lanes;
    private final int fires;

    /**
     * An outlet.
     *
     * @param fires how many fires of one feed may be under way at the same time
     */
    public InboxOutlet(FeedRegistry registry, Lanes lanes, int fires) {
        this.registry = Objects.requireNonNull(registry, "registry is null");
        this.lanes = Objects.requireNonNull(lanes, "lanes is null");
        this.fires = fires;
    }

    @Override
    public int width(QualifiedName trigger) {
        Optional<Feed> feed = registry.find(trigger);
        if (feed.isEmpty() || !(feed.get().spec() instanceof MqttSpec spec)) {
            return GONE;
        }
        if (!feed.get().active()) {
            return NOT_NOW;
        }
        int batch = spec.format().batch().map(Batch::count).orElse(0);
        return Math.max(fires, Math.min(MAX_WIDTH, batch * BATCHES));
    }

    @Override
    public void take(InboxMessage message) {
        Optional<Feed> feed = registry.find(message.trigger()).filter(Feed::active);
        if (feed.isPresent()) {
            lanes.of(feed.get()).offer(new Kept(message));
        } else {
            message.back();
        }
    }

    private final class Kept implements PendingMessage {
        private final InboxMessage kept;

        Kept(InboxMessage kept) {
            this.kept = kept;
        }

        @Override
        public Message message() {
            return kept.message();
        }

        @Override
        public boolean wanted() {
            return kept.wanted()
                    && registry.find(kept.trigger()).filter(Feed::active).isPresent();
        }

        @Override
        public boolean keepsUntilActive() {
            return true;
        }

        @Override
        public void settled() {
            kept.done();
        }

        @Override
        public void givenUp() {
            kept.back();
        }
    }
}
