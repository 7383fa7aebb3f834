package io.fogwhisk.bridge.proxy;

import io.fogwhisk.bridge.wire.HttpAnswer;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The OpenWhisk that answers what does not travel through the edge domain, if there is one. Thread-safe. */
final class Behind {

    private final @Nullable PassThrough passThrough;
    private final Authentication authentication;

    Behind(@Nullable PassThrough passThrough, Authentication authentication) {
        this.passThrough = passThrough;
        this.authentication = authentication;
    }

    /** Has it answer a request. */
    void handle(Context ctx) {
        PassThrough known = known();
        ctx.future(() -> authentication
                .onward(ctx)
                .thenCompose(authorization -> known.handle(ctx, authorization, null))
                .toCompletableFuture());
    }

    /**
     * Writes the answer of a site, or has the OpenWhisk behind answer when there is none.
     *
     * @param body of the request, which was read
     */
    CompletionStage<?> unless(Optional<HttpAnswer> site, Context ctx, Optional<String> authorization, byte[] body) {
        if (site.isPresent()) {
            ProxyAnswers.write(ctx, site.get());
            return CompletableFuture.completedStage(ctx);
        }
        if (passThrough == null) {
            throw new Refusal(404, "The requested resource does not exist.");
        }
        return passThrough.handle(ctx, authorization, body);
    }

    private PassThrough known() {
        if (passThrough == null) {
            throw new Refusal(
                    501,
                    "The proxy has no OpenWhisk for this request; it invokes actions, fires triggers, asks web actions"
                            + " and reads the activations that went through it.");
        }
        return passThrough;
    }
}
