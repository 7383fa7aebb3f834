package io.fogwhisk.edge.computer;

import io.fogwhisk.base.http.BoundedBody;
import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.grpc.Context;
import io.grpc.Metadata;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs lambdas on an HTTP gateway such as that of OpenFaaS: {@code POST <gateway>/function/<lambda>} with the input as
 * body, whose answer is the output, up to what a message between nodes can hold. So many calls at a time, others wait,
 * what is too much is refused; each call is timed. Never blocks. Thread-safe.
 */
public final class HttpExecutor implements RequestExecutor, AutoCloseable {

    private static final int MAX_WAITING = 10_000;

    // gRPC's messages have 4 MiB; the rest is for what is in an answer beside the output.
    private static final int MAX_ANSWER = (4 << 20) - (16 << 10);

    private final HttpGateway gateway;
    private final ExecutorService threads;
    private final HttpClient http;
    // Guarded by this.
    private final Deque<Call> waiting = new ArrayDeque<>();
    private int running;

    private record Call(LambdaRequest request, Context context, CompletableFuture<LambdaResponse.Builder> future) {}

    /**
     * An executor without connections.
     *
     * @param name for its threads
     */
    public HttpExecutor(String name, HttpGateway gateway) {
        this.gateway = Objects.requireNonNull(gateway, "gateway is null");
        this.threads = Executors.newFixedThreadPool(2, NamedThreads.pool(name + "-http"));
        this.http = HttpClient.newBuilder()
                .executor(threads)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(gateway.timeout())
                .build();
    }

    @Override
    public boolean knows(String lambda) {
        return gateway.lambdas().isEmpty() || gateway.lambdas().contains(lambda);
    }

    @Override
    public LambdaResponse.Builder estimate(LambdaRequest request) {
        return RequestExecutor.answer(request, "");
    }

    @Override
    public CompletionStage<LambdaResponse.Builder> run(LambdaRequest request, Metadata headers) {
        Call call = new Call(request, Context.current(), new CompletableFuture<>());
        List<Call> gone = new ArrayList<>();
        boolean begins = false;
        boolean full = false;
        synchronized (this) {
            if (running < gateway.clients()) {
                running++;
                begins = true;
            } else {
                if (waiting.size() >= MAX_WAITING) {
                    waiting.stream().filter(each -> each.context.isCancelled()).forEach(gone::add);
                    waiting.removeAll(gone);
                }
                full = waiting.size() >= MAX_WAITING;
                if (!full) {
                    waiting.add(call);
                }
            }
        }
        gone.forEach(HttpExecutor::abandon);
        if (full) {
            call.future.complete(RequestExecutor.failure(
                    request, Retcode.FULL + " at gateway " + gateway.url() + ": " + MAX_WAITING + " wait already"));
        } else if (begins) {
            post(call);
        }
        return call.future;
    }

    /** Ends its threads; calls under way get no answer. */
    @Override
    public void close() {
        List<Call> left;
        synchronized (this) {
            left = new ArrayList<>(waiting);
            waiting.clear();
        }
        left.forEach(HttpExecutor::abandon);
        threads.shutdownNow();
    }

    private void post(Call call) {
        CompletionStage<HttpResponse<String>> sent;
        try {
            String name = URLEncoder.encode(call.request.getName(), StandardCharsets.UTF_8)
                    .replace("+", "%20")
                    // A segment of dots would climb up from the functions.
                    .replace(".", "%2E");
            HttpRequest post = HttpRequest.newBuilder(gateway.url().resolve("function/" + name))
                    .timeout(gateway.timeout())
                    .header("Content-Type", "text/plain; charset=utf-8")
                    .POST(HttpRequest.BodyPublishers.ofString(call.request.getInput()))
                    .build();
            sent = BoundedBody.within(gateway.timeout(), http.sendAsync(post, HttpExecutor::body));
        } catch (RuntimeException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        sent.handle((response, failure) -> failure == null ? read(call, response) : failed(call, failure))
                .whenComplete((answer, bug) -> {
                    next();
                    if (bug == null) {
                        call.future.complete(answer);
                    } else {
                        call.future.completeExceptionally(bug);
                    }
                });
    }

    private void next() {
        List<Call> gone = new ArrayList<>();
        Call next;
        synchronized (this) {
            next = waiting.poll();
            while (next != null && next.context.isCancelled()) {
                gone.add(next);
                next = waiting.poll();
            }
            if (next == null) {
                running--;
            }
        }
        gone.forEach(HttpExecutor::abandon);
        if (next != null) {
            post(next);
        }
    }

    private static void abandon(Call call) {
        call.future.complete(RequestExecutor.failure(
                call.request, Retcode.RPC_FAILED + "the caller or the computer went away before the lambda began"));
    }

    private static HttpResponse.BodySubscriber<String> body(HttpResponse.ResponseInfo info) {
        return new BoundedBody<>(HttpResponse.BodyHandlers.ofString().apply(info), MAX_ANSWER);
    }

    private static LambdaResponse.Builder read(Call call, HttpResponse<String> response) {
        if (response.statusCode() == 200) {
            return RequestExecutor.answer(call.request, response.body());
        }
        return RequestExecutor.failure(call.request, "error HTTP response received (" + response.statusCode() + ")");
    }

    private LambdaResponse.Builder failed(Call call, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BoundedBody.TooLarge) {
            return RequestExecutor.failure(call.request, "gateway " + gateway.url() + ": " + cause.getMessage());
        }
        String words = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        String what = cause instanceof ConnectException ? Retcode.UNREACHABLE : " did not answer: ";
        return RequestExecutor.failure(call.request, Retcode.RPC_FAILED + "gateway " + gateway.url() + what + words);
    }
}
