package io.fogwhisk.bridge.proxy;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.bridge.wire.HttpHeader;
import io.fogwhisk.wsk.client.ApiHost;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands requests on to the OpenWhisk behind and streams the answers back. Its own threads wait, not those of the HTTP
 * server, which may serve that OpenWhisk too.
 */
final class PassThrough implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PassThrough.class);
    private static final int MAX_REQUESTS = 64;
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final long WRITING = 0;

    private final ApiHost apiHost;
    private final Duration timeout;
    private final Semaphore free = new Semaphore(MAX_REQUESTS);
    private final ExecutorService workers;
    private final ScheduledThreadPoolExecutor watcher;
    private final HttpClient client;

    PassThrough(String name, ApiHost apiHost, Duration timeout) {
        this.apiHost = apiHost;
        this.timeout = timeout;
        // As many threads as there are requests under way at most, which the semaphore bounds.
        this.workers = Executors.newCachedThreadPool(NamedThreads.pool(name));
        this.watcher = new ScheduledThreadPoolExecutor(1, NamedThreads.single(name + "-watch"));
        watcher.setRemoveOnCancelPolicy(true);
        this.client = apiHost.client()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .executor(workers)
                .build();
    }

    /**
     * Answers the request with what the OpenWhisk behind answers.
     *
     * @param authorization whom it is to take for the caller; empty for nobody
     * @param read the body, if it was read already
     */
    CompletableFuture<?> handle(Context ctx, Optional<String> authorization, byte @Nullable [] read) {
        if (!free.tryAcquire()) {
            throw new Refusal(503, "the proxy has " + MAX_REQUESTS + " requests under way, try again");
        }
        HttpRequest request;
        try {
            request = request(ctx, authorization, read);
        } catch (RuntimeException e) {
            free.release();
            throw e;
        }
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                .handleAsync(
                        (answer, failure) -> {
                            try {
                                if (answer == null) {
                                    throw new Refusal(
                                            503, "OpenWhisk at " + apiHost + " does not answer: " + cause(failure));
                                }
                                copy(answer, ctx);
                                return answer;
                            } finally {
                                free.release();
                            }
                        },
                        workers);
    }

    @Override
    public void close() {
        workers.shutdownNow();
        watcher.shutdownNow();
    }

    private HttpRequest request(Context ctx, Optional<String> authorization, byte @Nullable [] read) {
        String query = ctx.queryString();
        String path = ctx.req().getRequestURI();
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path + (query == null ? "" : "?" + query)));
        for (String name : Collections.list(ctx.req().getHeaderNames())) {
            if (!HttpHeader.isHopByHop(name) && !name.equalsIgnoreCase("authorization")) {
                for (String value : Collections.list(ctx.req().getHeaders(name))) {
                    add(request, name, value);
                }
            }
        }
        authorization.ifPresent(value -> request.header("Authorization", value));
        long length = ctx.req().getContentLengthLong();
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.noBody();
        if (read != null) {
            body = read.length == 0 ? body : HttpRequest.BodyPublishers.ofByteArray(read);
        } else if (length > 0) {
            body = HttpRequest.BodyPublishers.fromPublisher(
                    HttpRequest.BodyPublishers.ofInputStream(ctx::bodyInputStream), length);
        } else if (ctx.req().getHeader("Transfer-Encoding") != null) {
            body = HttpRequest.BodyPublishers.ofInputStream(ctx::bodyInputStream);
        }
        return request.method(ctx.req().getMethod(), body).timeout(timeout).build();
    }

    private static void add(HttpRequest.Builder request, String name, String value) {
        try {
            request.header(name, value);
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, "The header " + name + " of the request was malformed.");
        }
    }

    private URI uri(String path) {
        try {
            return URI.create(apiHost.url() + path);
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, "The path of the request was malformed.");
        }
    }

    private void copy(HttpResponse<InputStream> answer, Context ctx) {
        ctx.status(answer.statusCode());
        ctx.res().setContentType(null);
        answer.headers().map().forEach((name, values) -> {
            if (!HttpHeader.isHopByHop(name)) {
                ctx.res().setHeader(name, values.get(0));
                values.subList(1, values.size()).forEach(value -> ctx.res().addHeader(name, value));
            }
        });
        // Written here rather than by Javalin, so that the request counts as under way until its last byte.
        try (InputStream body = answer.body()) {
            transfer(body, ctx.res().getOutputStream());
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("error", e.getMessage()).log("answer broke off");
            throw new Refusal(502, "the answer of the OpenWhisk behind broke off");
        }
    }

    /** Copies a body as it comes; one that stalls for as long as an answer may take to begin breaks off. */
    private void transfer(InputStream body, OutputStream out) throws IOException {
        AtomicLong readingSince = new AtomicLong(System.nanoTime());
        Runnable look = () -> {
            long since = readingSince.get();
            if (since != WRITING && System.nanoTime() - since > timeout.toNanos()) {
                breakOff(body);
            }
        };
        long period = Math.max(1, timeout.toMillis() / 2);
        Future<?> watch = watcher.scheduleWithFixedDelay(look, period, period, TimeUnit.MILLISECONDS);
        try {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                // How long the caller takes to read is the HTTP server's to bound.
                readingSince.set(WRITING);
                out.write(buffer, 0, count);
                readingSince.set(System.nanoTime());
            }
        } finally {
            watch.cancel(false);
        }
    }

    private static void breakOff(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("error", e.getMessage()).log("stalled answer did not close cleanly");
        }
    }

    private static String cause(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
