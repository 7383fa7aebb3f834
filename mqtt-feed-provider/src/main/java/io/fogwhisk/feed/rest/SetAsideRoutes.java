package io.fogwhisk.feed.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.inbox.SetAside;
import io.fogwhisk.feed.inbox.SetAsideMessage;
import io.fogwhisk.feed.inbox.SetAsideReplay;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lists, replays and drops messages that were set aside. Who names a trigger needs the key of its namespace; who names
 * none acts on everybody's.
 */
final class SetAsideRoutes {

    private static final int LIST_LIMIT = 200;

    private final SetAside setAside;
    private final SetAsideReplay replay;
    private final Callers callers;

    SetAsideRoutes(SetAside setAside, SetAsideReplay replay, Callers callers) {
        this.setAside = setAside;
        this.replay = replay;
        this.callers = callers;
    }

    /** The oldest messages of a trigger, or of the namespaces that the caller may see, and how many there are of these. */
    CompletionStage<Reply> list(Optional<String> trigger, Optional<AuthKey> key) {
        Optional<QualifiedName> named = trigger.map(QualifiedName::parse);
        return callers.seeing(key, visible -> {
            List<SetAsideMessage> meant = setAside.list(SetAside.MAX_COUNT).stream()
                    .filter(message -> {
                        QualifiedName name = QualifiedName.parse(message.trigger());
                        return visible.test(name.namespace())
                                && named.map(wanted -> wanted.resolve(name.namespace()))
                                        .map(name::equals)
                                        .orElse(true);
                    })
                    .toList();
            ObjectNode json = JsonNodeFactory.instance
                    .objectNode()
                    .put("count", meant.size())
                    .put("full", setAside.full());
            ArrayNode messages = json.putArray("messages");
            meant.stream().limit(LIST_LIMIT).forEach(message -> messages.add(FeedView.line(message)));
            return CompletableFuture.completedStage(Reply.ok(json));
        });
    }

    /** Deletes for good: one, those of a trigger, or all. */
    CompletionStage<Reply> drop(Optional<String> id, Optional<String> trigger, Optional<AuthKey> key) {
        return trigger.isPresent() && id.isEmpty()
                ? callers.allowed(
                        QualifiedName.parse(trigger.get()),
                        key,
                        name -> setAside.remove(name.toString()).thenApply(count -> counted("removed", count)))
                : callers.all(key, () -> setAside.remove(number(id)).thenApply(count -> counted("removed", count)));
    }

    /** Fires again: one, those of a trigger, or all; answers when each was tried. */
    CompletionStage<Reply> replay(Optional<String> id, Optional<String> trigger, Optional<AuthKey> key) {
        return trigger.isPresent() && id.isEmpty()
                ? callers.allowed(
                        QualifiedName.parse(trigger.get()),
                        key,
                        name -> replay.replay(name.toString()).thenApply(count -> counted("replayed", count)))
                : callers.all(key, () -> replay.replay(number(id)).thenApply(count -> counted("replayed", count)));
    }

    private Reply counted(String what, int count) {
        return Reply.ok(JsonNodeFactory.instance.objectNode().put(what, count).put("count", setAside.count()));
    }

    private static OptionalLong number(Optional<String> id) {
        if (id.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(id.get()));
        } catch (NumberFormatException e) {
            throw new FeedException("the id of a message set aside must be a number, was '" + id.get() + "'", e);
        }
    }
}
