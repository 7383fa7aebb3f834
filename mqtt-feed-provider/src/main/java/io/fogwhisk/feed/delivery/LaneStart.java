package io.fogwhisk.feed.delivery;

import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.PayloadFormat;
import io.fogwhisk.feed.trigger.MessageBatch;
import io.fogwhisk.feed.trigger.MessagePayload;
import io.fogwhisk.feed.trigger.MessagePayload.Formed;
import io.fogwhisk.feed.trigger.MessagePayload.Refused;
import io.fogwhisk.feed.trigger.MessagePayload.Written;
import io.fogwhisk.feed.trigger.TriggerFirer;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Starts the fires of one feed's lane. Thread-safe. */
final class LaneStart {

    private final Feed feed;
    private final PayloadFormat format;
    private final Settlement settlement;
    private final TriggerFirer firer;
    private final Set<BatchLane> lingering;

    /** @param lingering where the lanes are noted that wait for more messages */
    LaneStart(Feed feed, PayloadFormat format, Settlement settlement, TriggerFirer firer, Set<BatchLane> lingering) {
        this.feed = feed;
        this.format = format;
        this.settlement = settlement;
        this.firer = firer;
        this.lingering = lingering;
    }

    /** Fires one message; {@code ended} is run once it is settled or given up. */
    void single(PendingMessage pending, Runnable ended) {
        Formed formed = MessagePayload.of(pending.message(), format);
        if (formed instanceof Written written) {
            firer.fire(new MessageFire(settlement, feed, pending, JsonObject.trusted(written.json()), ended));
        } else if (formed instanceof Refused refused) {
            refuse(pending, refused.reason(), ended);
        }
    }

    /** Writes a message; null if that cannot be done, and the message is on its way to be set aside. */
    @Nullable
    Written written(PendingMessage pending) {
        Formed formed = MessagePayload.of(pending.message(), format);
        if (formed instanceof Refused refused) {
            refuse(pending, refused.reason(), () -> {});
        }
        return formed instanceof Written written ? written : null;
    }

    /** Fires several messages. */
    void batch(List<PendingMessage> messages, List<String> texts, int tries, Runnable ended, IntConsumer halve) {
        JsonObject payload = JsonObject.trusted(MessageBatch.of(texts));
        firer.fire(new MessageFire(settlement, feed, messages, payload, tries, ended, halve));
    }

    /** Has a lane go on after a while. */
    void linger(BatchLane lane, Duration wait) {
        lingering.add(lane);
        firer.later(wait, () -> {
            lingering.remove(lane);
            lane.hurry();
        });
    }

    private void refuse(PendingMessage pending, Outcome.Rejected reason, Runnable ended) {
        firer.refuse(new MessageFire(settlement, feed, pending, JsonObject.empty(), ended), reason);
    }
}
