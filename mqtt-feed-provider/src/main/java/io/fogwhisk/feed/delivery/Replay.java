package io.fogwhisk.feed.delivery;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.inbox.SetAside;
import io.fogwhisk.feed.inbox.SetAside.Kept;
import io.fogwhisk.feed.inbox.SetAsideReplay;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.trigger.MessageBatch;
import io.fogwhisk.feed.trigger.MessagePayload;
import io.fogwhisk.feed.trigger.MessagePayload.Refused;
import io.fogwhisk.feed.trigger.MessagePayload.Written;
import io.fogwhisk.feed.trigger.TriggerFirer;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Fires again what was set aside, a page at a time, on a thread of its own; one replay after the other, so that none
 * fires what another just did.
 */
public final class Replay implements SetAsideReplay, Service {

    private static final int PAGE = 100;
    private static final int MAX_WAITING = 100;
    private static final Duration PAGE_LIMIT = Duration.ofSeconds(60);

    private final FeedRegistry registry;
    private final SetAside setAside;
    private final TriggerFirer firer;
    private final Metrics metrics;
    private final ExecutorService thread;

    /**
     * A replay of nothing yet.
     *
     * @param name of its thread
     */
    public Replay(String name, FeedRegistry registry, SetAside setAside, TriggerFirer firer, Metrics metrics) {
        this.registry = Objects.requireNonNull(registry, "registry is null");
        this.setAside = Objects.requireNonNull(setAside, "setAside is null");
        this.firer = Objects.requireNonNull(firer, "firer is null");
        this.metrics = Objects.requireNonNull(metrics, "metrics is null");
        thread = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), NamedThreads.single(name));
    }

    @Override
    public void start() {}

    @Override
    public void close() {
        thread.shutdownNow();
    }

    @Override
    public CompletionStage<Integer> replay(OptionalLong id) {
        return id.isPresent()
                ? replay(id.getAsLong() - 1, id.getAsLong(), kept -> true)
                : replay(0, Long.MAX_VALUE, kept -> true);
    }

    @Override
    public CompletionStage<Integer> replay(String trigger) {
        return replay(0, Long.MAX_VALUE, kept -> kept.trigger().toString().equals(trigger));
    }

    private CompletionStage<Integer> replay(long after, long upTo, Predicate<Kept> which) {
        try {
            return CompletableFuture.supplyAsync(() -> pages(after, upTo, which), thread);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private int pages(long start, long upTo, Predicate<Kept> which) {
        int accepted = 0;
        long after = start;
        while (!Thread.currentThread().isInterrupted()) {
            List<Kept> page = setAside.read(after, PAGE);
            List<CompletableFuture<Boolean>> answers = page.stream()
                    .filter(kept -> kept.id() <= upTo && which.test(kept))
                    .map(kept -> again(kept).toCompletableFuture())
                    .toList();
            for (CompletableFuture<Boolean> answer : answers) {
                boolean done = answer.completeOnTimeout(false, PAGE_LIMIT.toSeconds(), TimeUnit.SECONDS)
                        .join();
                accepted += done ? 1 : 0;
            }
            if (page.size() < PAGE || page.get(page.size() - 1).id() >= upTo) {
                return accepted;
            }
            after = page.get(page.size() - 1).id();
        }
        return accepted;
    }

    /** Tries one message; true if it was accepted. */
    private CompletionStage<Boolean> again(Kept kept) {
        Optional<Feed> feed = registry.find(kept.trigger());
        if (feed.isEmpty() || !(feed.get().spec() instanceof MqttSpec spec)) {
            return stays(kept, "its feed is gone: create it again, or remove the message");
        }
        if (feed.get().state() instanceof FeedState.Disabled disabled) {
            return stays(kept, "its feed is disabled: " + disabled.message());
        }
        if (!feed.get().active()) {
            return stays(kept, "its feed is paused");
        }
        MessagePayload.Formed formed = MessagePayload.of(kept.message(), spec.format());
        if (formed instanceof Refused refused) {
            return stays(kept, refused.reason().message());
        }
        String json = ((Written) formed).json();
        String payload = spec.format().batch().isPresent() ? MessageBatch.of(List.of(json)) : json;
        return firer.once(feed.get(), JsonObject.trusted(payload)).thenCompose(outcome -> {
            if (outcome instanceof Outcome.Accepted) {
                registry.status(kept.trigger()).countFired(1);
                metrics.count(Meter.FEED_FIRED);
                return setAside.remove(OptionalLong.of(kept.id())).thenApply(removed -> true);
            }
            return stays(kept, reason(outcome));
        });
    }

    private CompletionStage<Boolean> stays(Kept kept, String reason) {
        return setAside.explain(kept.id(), reason).thenApply(changed -> false);
    }

    private static String reason(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return rejected.message();
        }
        return outcome instanceof Outcome.Unavailable unavailable ? unavailable.message() : outcome.toString();
    }
}
