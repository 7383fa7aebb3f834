package io.fogwhisk.feed;

import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.TriggerDirectory;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** An OpenWhisk whose answers the test decides. */
public final class FakeOpenWhisk implements OpenWhisk, Identities, TriggerDirectory {

    public static final Outcome ACCEPTED = new Outcome.Accepted(Optional.empty());
    public static final Outcome AWAY = new Outcome.Unavailable("the OpenWhisk is away");

    /** One attempt. */
    public record Attempt(AuthKey key, String trigger, JsonObject payload, CompletableFuture<Outcome> answer) {
        public String body() {
            return payload.tree().path("body").asText();
        }
    }

    private final Map<String, Existence> existences = new ConcurrentHashMap<>();
    private final Set<String> broken = ConcurrentHashMap.newKeySet();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final Queue<String> deleted = new ConcurrentLinkedQueue<>();
    private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();
    private volatile Function<Attempt, CompletionStage<Outcome>> answers =
            attempt -> CompletableFuture.completedStage(ACCEPTED);

    /** Answers every attempt from now on. */
    public void answer(Function<Attempt, Outcome> how) {
        answers = attempt -> CompletableFuture.completedStage(how.apply(attempt));
    }

    /** Leaves every attempt from now on without an answer, until the test completes it. */
    public void hold() {
        answers = Attempt::answer;
    }

    public List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    /** The bodies of the messages that fired a trigger, in order, of accepted attempts alone. */
    public List<String> accepted(String trigger) {
        return attempts.stream()
                .filter(attempt -> attempt.trigger.equals(trigger))
                .filter(attempt -> ACCEPTED.equals(attempt.answer.getNow(AWAY)))
                .map(Attempt::body)
                .toList();
    }

    @Override
    public CompletionStage<Outcome> fire(AuthKey key, QualifiedName trigger, JsonObject payload) {
        Attempt attempt = new Attempt(key, trigger.toString(), payload, new CompletableFuture<>());
        attempts.add(attempt);
        return answers.apply(attempt).whenComplete((outcome, failure) -> attempt.answer.complete(outcome));
    }

    @Override
    public CompletionStage<Outcome> invoke(AuthKey key, QualifiedName action, JsonObject params, boolean blocking) {
        throw new UnsupportedOperationException("a feed provider invokes no action");
    }

    @Override
    public CompletionStage<Optional<String>> namespaceOf(AuthKey key) {
        if (key.equals(AuthKey.GUEST)) {
            return CompletableFuture.completedStage(Optional.of("guest"));
        }
        return CompletableFuture.completedStage(
                key.equals(AuthKey.SYSTEM) ? Optional.of("whisk.system") : Optional.empty());
    }

    /** Says of a trigger whether it is there; of others it says that it is. */
    public void say(String trigger, Existence existence) {
        existences.put(trigger, existence);
    }

    /** Breaks the contract whenever somebody asks for a trigger. */
    public void breakOn(String trigger) {
        broken.add(trigger);
    }

    /** How often somebody asked for a trigger. */
    public long asked(String trigger) {
        return asked.stream().filter(trigger::equals).count();
    }

    /** The triggers that were deleted, each with a plus if its rules were as well. */
    public List<String> deleted() {
        return List.copyOf(deleted);
    }

    @Override
    public CompletionStage<Existence> find(AuthKey key, QualifiedName trigger) {
        asked.add(trigger.toString());
        if (broken.contains(trigger.toString())) {
            throw new IllegalStateException("broken on " + trigger);
        }
        return CompletableFuture.completedStage(existences.getOrDefault(trigger.toString(), Existence.PRESENT));
    }

    @Override
    public CompletionStage<Outcome> delete(AuthKey key, QualifiedName trigger, boolean rules) {
        deleted.add(trigger + (rules ? "+" : ""));
        return CompletableFuture.completedStage(ACCEPTED);
    }
}
