package io.fogwhisk.launcher.doctor;

import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.wsk.client.ApiHost;
import io.fogwhisk.wsk.client.HttpOpenWhisk;
import io.fogwhisk.wsk.client.RestEndpoint;
import io.fogwhisk.wsk.model.AuthKey;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Examines an OpenWhisk: whether it answers, and whether it knows a key. Changes nothing there. */
public final class OpenWhiskCheck {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ApiHost host;
    private final Optional<AuthKey> key;

    /**
     * Will examine one.
     *
     * @param key to be asked about; without one only whether it answers is examined
     */
    public OpenWhiskCheck(ApiHost host, Optional<AuthKey> key) {
        this.host = Objects.requireNonNull(host, "host is null");
        this.key = Objects.requireNonNull(key, "key is null");
    }

    /** Examines it; takes ten seconds at most. */
    public Finding finding() {
        String subject = "openwhisk " + host;
        AuthKey asked = key.orElse(AuthKey.GUEST);
        try (HttpOpenWhisk whisk = new HttpOpenWhisk(new RestEndpoint("doctor", host, LIMIT))) {
            Optional<String> namespace =
                    whisk.namespaceOf(asked).toCompletableFuture().get(LIMIT.toSeconds() + 1, TimeUnit.SECONDS);
            if (key.isEmpty()) {
                return Finding.note(subject, "answers; no key is configured (openwhisk.auth), so none was tried");
            }
            return namespace
                    .map(name -> Finding.ok(subject, "answers, and knows the key as that of namespace " + name))
                    .orElseGet(() -> Finding.bad(
                            subject,
                            "refuses the key: feeds would be disabled; mend" + " openwhisk.auth or feeds.slim.auth"));
        } catch (ExecutionException | CompletionException e) {
            return Finding.bad(
                    subject,
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage())
                            + "; messages wait for it in the provider's inbox");
        } catch (TimeoutException e) {
            return Finding.bad(subject, "does not answer within " + LIMIT.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while asking " + host, e);
        }
    }
}
