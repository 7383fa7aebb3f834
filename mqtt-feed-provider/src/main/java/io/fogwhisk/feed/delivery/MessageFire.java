package io.fogwhisk.feed.delivery;

import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedStatus;
import io.fogwhisk.feed.trigger.Fire;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;

/** The fire of one trigger for one message or several. Its state passes from one attempt to the next. */
final class MessageFire implements Fire {

    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;

    private final Settlement settlement;
    private final FeedStatus status;
    private final JsonObject payload;
    private final int tries;
    private final Runnable ended;
    private final IntConsumer halve;
    private final List<PendingMessage> messages;
    private Feed feed;

    /**
     * A fire of one message.
     *
     * @param ended is run once it is over, whatever became of it
     */
    MessageFire(Settlement settlement, Feed feed, PendingMessage message, JsonObject payload, Runnable ended) {
        this(settlement, feed, List.of(message), payload, TRIES, ended, tried -> {});
    }

    /**
     * A fire of several.
     *
     * @param tries how often the OpenWhisk may fail on it
     * @param ended is run once it is over, whatever became of it
     * @param halve is told, before {@code ended}, that the fire cannot succeed as a whole but its halves may, and how
     *     often the OpenWhisk may fail on each
     */
    MessageFire(
            Settlement settlement,
            Feed feed,
            List<PendingMessage> messages,
            JsonObject payload,
            int tries,
            Runnable ended,
            IntConsumer halve) {
        this.settlement = settlement;
        this.feed = feed;
        this.messages = messages;
        this.payload = payload;
        this.tries = tries;
        this.ended = ended;
        this.halve = halve;
        status = settlement.status(feed);
    }

    @Override
    public Feed feed() {
        return feed;
    }

    @Override
    public FeedStatus status() {
        return status;
    }

    @Override
    public JsonObject payload() {
        return payload;
    }

    @Override
    public int messages() {
        return messages.size();
    }

    @Override
    public int tries() {
        return tries;
    }

    @Override
    public boolean wanted() {
        // With the key that it has now, if somebody mended that.
        feed = settlement.current(feed);
        return messages.stream().anyMatch(PendingMessage::wanted);
    }

    @Override
    public void accepted() {
        messages.forEach(PendingMessage::settled);
        ended.run();
    }

    @Override
    public CompletionStage<Boolean> rejected(Outcome.Rejected reason) {
        // These two are about the message, not about the trigger: the next one may be fine.
        boolean messageAlone = reason.statusCode() == BAD_REQUEST || reason.statusCode() == TOO_LARGE;
        if (messageAlone && messages.size() > 1) {
            return halves(TRIES);
        }
        if (!messageAlone && messages.stream().allMatch(PendingMessage::keepsUntilActive)) {
            return settlement.disable(feed, reason).thenApply(disabled -> {
                abandoned();
                return true;
            });
        }
        return settlement
                .setAside(feed, messages, reason.message())
                .thenCompose(kept -> kept && !messageAlone
                        ? settlement.disable(feed, reason)
                        : CompletableFuture.completedStage(kept))
                .thenApply(this::over);
    }

    @Override
    public CompletionStage<Boolean> failed(String reason) {
        if (messages.size() > 1) {
            // They had their tries together: one more for each, and one for a lost answer.
            return halves(2);
        }
        return settlement.setAside(feed, messages, reason).thenApply(this::over);
    }

    @Override
    public void abandoned() {
        messages.forEach(PendingMessage::givenUp);
        ended.run();
    }

    private boolean over(boolean done) {
        if (done) {
            accepted();
        }
        return done;
    }

    private CompletionStage<Boolean> halves(int triesOfEach) {
        halve.accept(triesOfEach);
        ended.run();
        return CompletableFuture.completedStage(true);
    }
}
