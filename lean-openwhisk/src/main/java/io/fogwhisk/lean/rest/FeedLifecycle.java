package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.invoker.ActionResolver;
import io.fogwhisk.lean.invoker.BuiltInActions;
import io.fogwhisk.lean.invoker.Invocations;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.TriggerFeeds;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a trigger's feed when clients look at the trigger or delete it. Clients are meant to call the feed
 * action themselves, and many don't, or ignore that it failed; so a deleted trigger is unsubscribed here, once more if
 * need be, and a trigger shows how its feed is.
 */
final class FeedLifecycle {

    /** The annotation that shows a feed's state; never stored. */
    static final String STATE = "feedState";

    private static final Logger LOG = LoggerFactory.getLogger(FeedLifecycle.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Supplier<TriggerFeeds> feeds;
    private final ActionResolver resolver;
    private final Invocations invocations;

    /**
     * A life cycle.
     *
     * @param feeds those that a provider of this process keeps
     */
    FeedLifecycle(Supplier<TriggerFeeds> feeds, ActionResolver resolver, Invocations invocations) {
        this.feeds = feeds;
        this.resolver = resolver;
        this.invocations = invocations;
    }

    /** A trigger as a client sees it. */
    ObjectNode shown(WhiskTrigger trigger) {
        ObjectNode json = trigger.toJson();
        Optional<JsonObject> state = feeds.get().state(trigger.name());
        if (state.isPresent() || trigger.feed().filter(this::isBuiltIn).isPresent()) {
            JsonObject told = state.orElseGet(FeedLifecycle::missing);
            json.withArray("/annotations").addObject().put("key", STATE).set("value", told.tree());
        }
        return json;
    }

    /** The annotations to store of those that a client sends, which may be those that it was shown. */
    static List<KeyValue> toStore(List<KeyValue> annotations) {
        List<KeyValue> kept = new ArrayList<>(annotations);
        kept.removeIf(annotation -> annotation.key().equals(STATE));
        return kept;
    }

    /**
     * Has nothing fire a trigger any more that was deleted.
     *
     * @return completes when that is so, or will be; never exceptionally
     */
    CompletionStage<WhiskTrigger> deleted(WhiskTrigger trigger, Exchange exchange) {
        return feeds.get()
                .deleted(trigger.name())
                .exceptionally(failure -> {
                    LOG.atError()
                            .setCause(failure)
                            .addKeyValue("trigger", trigger.name())
                            .log("feed of a deleted trigger not deleted");
                    return false;
                })
                .thenCompose(known -> known ? CompletableFuture.completedStage(trigger) : tell(trigger, exchange))
                .toCompletableFuture()
                .completeOnTimeout(trigger, LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A provider elsewhere can only be told by the feed action; that is queued durably and not waited for. */
    private CompletionStage<WhiskTrigger> tell(WhiskTrigger trigger, Exchange exchange) {
        Optional<QualifiedName> action = trigger.feed()
                .map(QualifiedName::parse)
                .map(name -> name.resolve(trigger.name().namespace()))
                .filter(resolver::exists)
                .filter(name -> !isBuiltIn(name.toString()));
        if (action.isEmpty()) {
            return CompletableFuture.completedStage(trigger);
        }
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        params.put("lifecycleEvent", "DELETE")
                .put("triggerName", trigger.name().toString())
                .put("authKey", exchange.identity().key().reveal());
        return invocations
                .invoke(exchange.caller(), action.get(), JsonObject.adopt(params), Duration.ZERO, exchange.origin())
                .thenApply(outcome -> {
                    if (!(outcome instanceof Outcome.Accepted)) {
                        LOG.atWarn()
                                .addKeyValue("trigger", trigger.name())
                                .addKeyValue("feed", action.get())
                                .addKeyValue("outcome", outcome)
                                .log("feed not told of a deleted trigger");
                    }
                    return trigger;
                });
    }

    private boolean isBuiltIn(String feed) {
        return resolver.find(QualifiedName.parse(feed))
                .map(found -> found.action().exec())
                .filter(exec -> exec instanceof Exec.Code code && code.kind().equals(BuiltInActions.KIND))
                .isPresent();
    }

    /** The trigger was made, and then whoever made it did not go on. */
    private static JsonObject missing() {
        return JsonObject.adopt(JsonNodeFactory.instance
                .objectNode()
                .put("state", "missing")
                .put("active", false)
                .put("lastError", "no feed fires this trigger: create it again with its feed's parameters"));
    }
}
