package io.fogwhisk.feed.alarm;

import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Instant;
import java.util.Objects;

/**
 * The fire of one tick.
 *
 * @param feed as it was when the tick came
 * @param payload what the trigger gets
 * @param tick when it was meant and due
 * @param until when nobody wants it any more, because the next one comes
 * @param last whether no other follows
 */
record AlarmFire(Feed feed, JsonObject payload, Ticks.Tick tick, Instant until, boolean last) {

    AlarmFire {
        Objects.requireNonNull(feed, "feed is null");
        Objects.requireNonNull(payload, "payload is null");
        Objects.requireNonNull(tick, "tick is null");
        Objects.requireNonNull(until, "until is null");
    }

    /** How it ended. */
    sealed interface End {
        /** It is accepted. */
        record Accepted() implements End {}

        /** It will never be, nor will the next. */
        record Refused(Outcome.Rejected reason) implements End {}

        /** It was tried long enough. */
        record Missed(String error) implements End {}
    }

    /** Who wants it. Called by any thread; must be short and must not block. */
    interface Owner {
        /** Asked before another attempt. */
        boolean wants(AlarmFire fire);

        /** Called once, at its end, with when it was tried first. */
        void ended(AlarmFire fire, Instant tried, End end);
    }
}
