package io.fogwhisk.bridge.proxy;

import com.google.protobuf.ByteString;
import io.fogwhisk.bridge.client.BridgeOpenWhisk;
import io.fogwhisk.bridge.wire.HttpAsk;
import io.fogwhisk.bridge.wire.HttpHeader;
import io.fogwhisk.bridge.wire.LambdaName;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.QualifiedName;
import io.javalin.http.Context;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Web actions: asked for in the edge domain first; those that nobody there has are the OpenWhisk's behind. Thread-safe.
 */
final class WebRoutes {

    private static final String ROOT = "/api/v1/web/";
    private static final List<String> EXTENSIONS = List.of(".http", ".json", ".html", ".svg", ".text");

    private final BridgeOpenWhisk bridge;
    private final Authentication authentication;
    private final Behind behind;
    private final Executor writers;

    /** A web action, and what follows it in the path. */
    private record Target(QualifiedName action, String rest) {}

    WebRoutes(BridgeOpenWhisk bridge, Authentication authentication, Behind behind, Executor writers) {
        this.bridge = bridge;
        this.authentication = authentication;
        this.behind = behind;
        this.writers = writers;
    }

    void handle(Context ctx) {
        Optional<Target> target = target(ctx.req().getRequestURI());
        if (target.isEmpty()) {
            behind.handle(ctx);
            return;
        }
        byte[] body = RequestBody.read(ctx);
        HttpAsk ask = new HttpAsk(
                ctx.req().getMethod(),
                target.get().rest,
                Optional.ofNullable(ctx.queryString()).orElse(""),
                headers(ctx),
                ByteString.copyFrom(body));
        String lambda = LambdaName.ofWeb(target.get().action);
        ctx.future(() -> authentication
                .onward(ctx)
                .thenCompose(authorization -> ask(ctx, lambda, ask, authorization, body))
                .toCompletableFuture());
    }

    private CompletionStage<?> ask(
            Context ctx, String lambda, HttpAsk ask, Optional<String> authorization, byte[] body) {
        return bridge.ask(lambda, ask, authorization)
                .thenComposeAsync(answer -> behind.unless(answer, ctx, authorization, body), writers);
    }

    private static Optional<Target> target(String path) {
        if (!path.startsWith(ROOT)) {
            return Optional.empty();
        }
        String[] parts = path.substring(ROOT.length()).split("/", 4);
        if (parts.length < 3) {
            return Optional.empty();
        }
        String name = parts[2];
        String extension = EXTENSIONS.stream()
                .filter(each -> parts[2].endsWith(each) && parts[2].length() > each.length())
                .findFirst()
                .orElse("");
        name = name.substring(0, name.length() - extension.length());
        try {
            String packageName = decoded(parts[1]);
            QualifiedName action = packageName.equals("default")
                    ? QualifiedName.of(decoded(parts[0]), decoded(name))
                    : QualifiedName.of(decoded(parts[0]), packageName, decoded(name));
            return Optional.of(new Target(action, extension + (parts.length == 4 ? "/" + parts[3] : "")));
        } catch (WskException e) {
            return Optional.empty();
        }
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new WskException("The path of the request was malformed.", e);
        }
    }

    private static List<HttpHeader> headers(Context ctx) {
        List<HttpHeader> headers = new ArrayList<>();
        for (String name : Collections.list(ctx.req().getHeaderNames())) {
            boolean own = name.equalsIgnoreCase("authorization") || name.equalsIgnoreCase("x-request-id");
            if (!HttpHeader.isHopByHop(name) && !own) {
                Collections.list(ctx.req().getHeaders(name)).forEach(value -> headers.add(new HttpHeader(name, value)));
            }
        }
        headers.add(new HttpHeader("X-Request-ID", ProxyAnswers.transaction(ctx)));
        return headers;
    }
}
