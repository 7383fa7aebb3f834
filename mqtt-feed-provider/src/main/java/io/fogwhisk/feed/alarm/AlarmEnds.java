package io.fogwhisk.feed.alarm;

import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.feed.registry.OnceSpec;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.TriggerDirectory;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of an alarm when one of its ticks has ended, or none is left. Thread-safe. */
final class AlarmEnds implements AlarmFire.Owner {

    /** Where the registry knows all that there is to know of an alarm. */
    static final Function<QualifiedName, CompletionStage<Void>> NOT_SHARED =
            trigger -> CompletableFuture.completedStage(null);

    private static final Logger LOG = LoggerFactory.getLogger(AlarmEnds.class);

    private final FeedRegistry registry;
    private final TriggerDirectory triggers;
    private final AlarmLog log;
    private final Function<QualifiedName, CompletionStage<Void>> current;

    /**
     * The ends of a registry's alarms.
     *
     * @param current has the registry know what all providers of a shared schedule know of an alarm; or
     *     {@link #NOT_SHARED}
     */
    AlarmEnds(
            FeedRegistry registry,
            TriggerDirectory triggers,
            AlarmLog log,
            Function<QualifiedName, CompletionStage<Void>> current) {
        this.registry = registry;
        this.triggers = triggers;
        this.log = log;
        this.current = current;
    }

    @Override
    public boolean wants(AlarmFire fire) {
        return registry.find(fire.feed().trigger())
                .filter(now -> now.active() && now.spec().equals(fire.feed().spec()))
                .isPresent();
    }

    @Override
    public void ended(AlarmFire fire, Instant tried, AlarmFire.End end) {
        Feed feed = fire.feed();
        AlarmLog.Ending ending = AlarmLog.Ending.FIRED;
        String reason = "";
        if (end instanceof AlarmFire.End.Missed missed) {
            ending = AlarmLog.Ending.MISSED;
            reason = missed.error();
            LOG.atWarn()
                    .addKeyValue("trigger", feed.trigger())
                    .addKeyValue("error", missed.error())
                    .log("alarm missed");
        } else if (end instanceof AlarmFire.End.Refused refused) {
            ending = AlarmLog.Ending.REFUSED;
            reason = refused.reason().message();
        }
        if (registry.find(feed.trigger()).isPresent()) {
            log.add(feed.trigger(), new AlarmLog.Entry(fire.tick().nominal(), tried, ending, reason));
        }
        if (end instanceof AlarmFire.End.Refused refused) {
            refused(feed, refused.reason());
        } else if (feed.spec() instanceof OnceSpec once) {
            firedOnce(feed, once, end);
        } else if (fire.last() && feed.spec() instanceof AlarmSpec spec) {
            over(feed, spec, true);
        }
    }

    /** An alarm ended because its last ticks were missed. */
    void endedUnfired(QualifiedName trigger) {
        registry.find(trigger).ifPresent(feed -> {
            if (feed.spec() instanceof AlarmSpec spec) {
                over(feed, spec, false);
            }
        });
    }

    /**
     * An alarm has no tick left.
     *
     * @param fired whether the last one was fired
     */
    void over(Feed feed, AlarmSpec spec, boolean fired) {
        String why = "the stop date has expired";
        if (spec instanceof OnceSpec && !fired) {
            why = "the date has passed while no provider was there";
        } else if (spec.options().maxTriggers() >= 0) {
            why = "Automatically disabled after maxTriggers fires";
        } else if (spec.options().stopDate().isEmpty()) {
            why = "the alarm has no further time to fire at";
        }
        disable(feed, FeedState.Disabled.because(why));
    }

    private void refused(Feed feed, Outcome.Rejected reason) {
        LOG.atWarn()
                .addKeyValue("trigger", feed.trigger())
                .addKeyValue("error", reason.message())
                .log("alarm disabled");
        registry.status(feed.trigger()).failed(reason.message());
        String why = reason.statusCode() == Outcome.TOO_MANY_REQUESTS
                ? "Automatically disabled after fires were refused with status 429 ten times in a row: "
                : "Automatically disabled after a fire was refused with status " + reason.statusCode() + ": ";
        disable(feed, FeedState.Disabled.refused(reason.statusCode(), why + reason.message()));
    }

    private void firedOnce(Feed feed, OnceSpec once, AlarmFire.End end) {
        if (end instanceof AlarmFire.End.Missed missed) {
            disable(feed, FeedState.Disabled.because("Automatically disabled: its fire failed: " + missed.error()));
            return;
        }
        // A trigger of the catalogue is the centre's to delete, for all the sites that follow it.
        if (once.afterFire() == OnceSpec.AfterFire.KEEP || feed.origin() == Feed.Origin.FOLLOWED) {
            disable(feed, FeedState.Disabled.because("Automatically disabled after firing once"));
            return;
        }
        boolean rules = once.afterFire() == OnceSpec.AfterFire.DELETE_WITH_RULES;
        triggers.delete(feed.key(), feed.trigger(), rules)
                .thenCompose(outcome -> outcome instanceof Outcome.Accepted
                        ? registry.delete(feed.trigger())
                        : disable(
                                feed,
                                FeedState.Disabled.because("Automatically disabled after firing once;"
                                        + " the trigger could not be deleted: " + message(outcome))))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.atError()
                                .setCause(failure)
                                .addKeyValue("trigger", feed.trigger())
                                .log("trigger that fired once not deleted");
                    }
                });
    }

    private CompletionStage<Optional<Feed>> disable(Feed feed, FeedState.Disabled state) {
        // A provider may fire an alarm that it is yet to hear of.
        return current.apply(feed.trigger())
                .thenCompose(known -> registry.disable(asKnown(feed), state))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.atError()
                                .setCause(failure)
                                .addKeyValue("trigger", feed.trigger())
                                .log("alarm not disabled");
                    }
                });
    }

    /** What is fired from a shared schedule may have had another revision in this registry, or none. */
    private Feed asKnown(Feed feed) {
        return current == NOT_SHARED
                ? feed
                : registry.find(feed.trigger())
                        .filter(now -> now.spec().equals(feed.spec()))
                        .orElse(feed);
    }

    private static String message(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return rejected.message();
        }
        return outcome instanceof Outcome.Unavailable unavailable ? unavailable.message() : "";
    }
}
