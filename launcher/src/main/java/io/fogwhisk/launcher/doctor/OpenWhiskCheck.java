package io.fogwhisk.launcher.doctor;

import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.wsk.TriggerDirectory.Existence;
import io.fogwhisk.wsk.client.ApiHost;
import io.fogwhisk.wsk.client.HttpOpenWhisk;
import io.fogwhisk.wsk.client.HttpTriggers;
import io.fogwhisk.wsk.client.RestEndpoint;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Examines an OpenWhisk: whether it answers, knows a key, and has a trigger. Changes nothing there. */
public final class OpenWhiskCheck {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String TRUST = "have Java trust its authority, or set openwhisk.insecure to true";
    private static final String OWN = "it may want a certificate of ours, which is not supported";

    private final ApiHost host;
    private final Optional<AuthKey> key;
    private final Optional<QualifiedName> trigger;
    private final String subject;

    /**
     * Will examine one.
     *
     * @param key to be asked about; without one only whether it answers is examined
     * @param trigger that is fired with the key; empty for none in particular
     */
    public OpenWhiskCheck(ApiHost host, Optional<AuthKey> key, Optional<QualifiedName> trigger) {
        this.host = Objects.requireNonNull(host, "host is null");
        this.key = Objects.requireNonNull(key, "key is null");
        this.trigger = Objects.requireNonNull(trigger, "trigger is null");
        subject = "openwhisk " + host;
    }

    /** Examines it; takes twenty seconds at most. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        RestEndpoint rest = new RestEndpoint("doctor", host, LIMIT);
        try (HttpOpenWhisk whisk = new HttpOpenWhisk(rest)) {
            Optional<String> namespace = get(whisk.namespaceOf(key.orElse(AuthKey.GUEST)));
            if (key.isEmpty()) {
                findings.add(
                        Finding.note(subject, "answers; no key is configured (openwhisk.auth), so none was tried"));
            } else if (namespace.isEmpty()) {
                findings.add(Finding.bad(
                        subject, "refuses the key: feeds would be disabled; mend openwhisk.auth or feeds.slim.auth"));
            } else {
                findings.add(Finding.ok(subject, "answers, and knows the key as that of namespace " + namespace.get()));
                if (trigger.isPresent()) {
                    findings.add(fired(new HttpTriggers(rest), key.get(), trigger.get(), namespace.get()));
                }
            }
        } catch (ExecutionException e) {
            findings.add(Finding.bad(subject, words(e) + "; messages wait for it in the provider's inbox"));
        } catch (TimeoutException e) {
            findings.add(Finding.bad(subject, "does not answer within " + LIMIT.toSeconds() + " s"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while asking " + host, e);
        }
        return findings;
    }

    private Finding fired(HttpTriggers triggers, AuthKey with, QualifiedName name, String namespace)
            throws ExecutionException, InterruptedException, TimeoutException {
        if (!name.namespace().equals(namespace)) {
            return Finding.bad(
                    subject,
                    "would refuse to fire " + name + " with a key of namespace " + namespace
                            + ": mend feeds.slim.trigger or feeds.slim.auth");
        }
        Existence existence = get(triggers.find(with, name));
        return switch (existence) {
            case PRESENT -> Finding.ok(subject, "has the trigger " + name);
            case ABSENT -> Finding.note(subject, "has no trigger " + name + ": the feed waits until somebody makes it");
            case FORBIDDEN -> Finding.bad(subject, "does not let the key see the trigger " + name);
            case UNKNOWN -> Finding.note(subject, "does not say whether there is a trigger " + name);
        };
    }

    private static String words(ExecutionException failure) {
        return NetworkFault.words(failure, TRUST, OWN)
                .map(words -> "cannot be reached: " + words)
                .orElseGet(() -> {
                    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                    return cause.getMessage() + ": is openwhisk.api-host that of an OpenWhisk?";
                });
    }

    private static <T> T get(CompletionStage<T> answer)
            throws ExecutionException, InterruptedException, TimeoutException {
        return answer.toCompletableFuture().get(LIMIT.toSeconds() + 1, TimeUnit.SECONDS);
    }
}
