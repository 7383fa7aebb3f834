package io.fogwhisk.feed.rest;

import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what whoever sends a request may do. A key opens its own namespace; that of the system sees the others as well,
 * and what they set aside is its to replay and drop. Where the provider is open, a request without a key may read and
 * delete everything. A key that is sent must be right.
 */
final class Callers {

    private static final Logger LOG = LoggerFactory.getLogger(Callers.class);
    private static final String SYSTEM = "whisk.system";

    private final Identities identities;
    private final boolean open;

    Callers(Identities identities, boolean open) {
        this.identities = Objects.requireNonNull(identities, "identities is null");
        this.open = open;
    }

    /** Whether a request without a key may see everything. */
    boolean open() {
        return open;
    }

    /** Goes on with the trigger's real name for who may make and change its feed: its own namespace alone. */
    CompletionStage<Reply> owner(
            QualifiedName name, Optional<AuthKey> key, Function<QualifiedName, CompletionStage<Reply>> next) {
        return key.isEmpty() ? reply(401, needed(name)) : known(key.get(), own -> of(own, false, name, next));
    }

    /** Goes on with the trigger's real name for who may see its feed, and take care of what that set aside. */
    CompletionStage<Reply> allowed(
            QualifiedName name, Optional<AuthKey> key, Function<QualifiedName, CompletionStage<Reply>> next) {
        if (key.isPresent()) {
            return known(key.get(), own -> of(own, own.equals(SYSTEM), name, next));
        }
        boolean clear = !name.namespace().equals(QualifiedName.DEFAULT_NAMESPACE);
        return open && clear ? next.apply(name) : reply(401, needed(name));
    }

    private static CompletionStage<Reply> of(
            String own, boolean all, QualifiedName name, Function<QualifiedName, CompletionStage<Reply>> next) {
        QualifiedName trigger = name.resolve(own);
        return all || trigger.namespace().equals(own)
                ? next.apply(trigger)
                : reply(403, "the key is not of namespace " + trigger.namespace());
    }

    private static String needed(QualifiedName name) {
        return name.namespace().equals(QualifiedName.DEFAULT_NAMESPACE)
                ? "a key is needed to know whose trigger " + name + " is"
                : "the key of namespace " + name.namespace() + " is needed";
    }

    /** Goes on with the namespaces that the caller may see. */
    CompletionStage<Reply> seeing(Optional<AuthKey> key, Function<Predicate<String>, CompletionStage<Reply>> next) {
        if (key.isEmpty()) {
            return open ? next.apply(namespace -> true) : reply(401, "the key of a namespace is needed");
        }
        return known(
                key.get(),
                own -> next.apply(own.equals(SYSTEM) ? namespace -> true : namespace -> namespace.equals(own)));
    }

    /** Goes on for who may do what concerns every namespace. */
    CompletionStage<Reply> all(Optional<AuthKey> key, Supplier<CompletionStage<Reply>> next) {
        if (key.isEmpty()) {
            return open ? next.get() : reply(401, "the key of the namespace " + SYSTEM + " is needed");
        }
        return known(
                key.get(),
                own -> open || own.equals(SYSTEM) ? next.get() : reply(403, "the key is not of namespace " + SYSTEM));
    }

    private CompletionStage<Reply> known(AuthKey key, Function<String, CompletionStage<Reply>> next) {
        return identities
                .namespaceOf(key)
                .handle((namespace, failure) -> {
                    if (failure != null) {
                        LOG.atWarn()
                                .addKeyValue("error", String.valueOf(failure.getMessage()))
                                .log("key could not be checked");
                        return reply(503, "the key can't be checked now: " + failure.getMessage());
                    }
                    return namespace.isEmpty()
                            ? reply(401, "Trigger authentication request failed.")
                            : next.apply(namespace.get());
                })
                .thenCompose(Function.identity());
    }

    private static CompletionStage<Reply> reply(int status, String message) {
        return CompletableFuture.completedStage(Reply.error(status, message));
    }
}
