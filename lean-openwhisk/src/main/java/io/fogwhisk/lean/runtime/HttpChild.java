package io.fogwhisk.lean.runtime;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.WhiskAction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A child that speaks OpenWhisk's container protocol: HTTP, {@code POST /init} and {@code POST /run}, and a line in both
 * its streams that marks the end of an activation's logs. Each exchange waits on a thread of its own.
 *
 * <p>The mark may arrive after the answer: it is waited for a moment, and not again if a child turns out to write none.
 */
final class HttpChild implements Child {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Duration STARTING = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration MARK_PATIENCE = Duration.ofMillis(300);
    private static final Duration MARK_LOOK = Duration.ofMillis(1);
    private static final int GRACE_MILLIS = 10_000;
    private static final int CONNECT_MILLIS = 5_000;
    private static final long MAX_COUNTED = 16L * ChildAnswer.MAX_BYTES;

    private final Container container;
    private final Executor threads;
    private final String code;
    private volatile boolean marks = true;
    private volatile boolean over;

    /**
     * Takes over a container that was started.
     *
     * @param code as the action has it; empty for an image that brings its own
     * @param threads that may wait
     */
    HttpChild(Container container, String code, Executor threads) {
        this.container = container;
        this.code = code;
        this.threads = threads;
    }

    @Override
    public CompletionStage<ChildAnswer> init(RunRequest request, ActivationOutput output) {
        return exchange("/init", initBody(request), request.action(), output);
    }

    @Override
    public CompletionStage<ChildAnswer> run(RunRequest request, long deadline, ActivationOutput output) {
        return exchange("/run", runBody(request, deadline), request.action(), output);
    }

    @Override
    public boolean alive() {
        return !over && container.alive();
    }

    @Override
    public void drain() {
        container.output().drain();
    }

    @Override
    public void watch() {
        container.watch();
    }

    @Override
    public void kill() {
        over = true;
        container.end();
    }

    private CompletionStage<ChildAnswer> exchange(
            String path, ObjectNode body, WhiskAction action, ActivationOutput output) {
        container.output().attach(output);
        CompletableFuture<ChildAnswer> answer = new CompletableFuture<>();
        threads.execute(() -> answer.complete(answer(path, body, action, output)));
        return answer;
    }

    private ChildAnswer answer(String path, ObjectNode body, WhiskAction action, ActivationOutput output) {
        try {
            byte[] bytes = MAPPER.writeValueAsBytes(body);
            int patience = action.limits().timeoutMillis() + GRACE_MILLIS;
            ChildAnswer answer = path.equals("/init") ? init(bytes, patience) : post(path, bytes, patience);
            awaitMarks(output);
            container.output().detach();
            return answer;
        } catch (IOException | RuntimeException e) {
            // How a child's end looks from here: nothing may be written after the logs were taken.
            over = true;
            container.end();
            container.output().finish();
            return new ChildAnswer.Ended(container.overMemory() || output.heapExhausted());
        }
    }

    /** Until its port answers: what stands before it may take a connection and drop it again. */
    private ChildAnswer init(byte[] body, int patience) throws IOException {
        long end = System.nanoTime() + STARTING.toNanos();
        while (true) {
            try {
                return post("/init", body, patience);
            } catch (IOException e) {
                if (!alive() || System.nanoTime() - end > 0) {
                    throw e;
                }
                container.output().drain();
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    private ChildAnswer post(String path, byte[] body, int patience) throws IOException {
        InetSocketAddress address = container.address();
        URL url = new URL("http", address.getHostString(), address.getPort(), path);
        HttpURLConnection connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
        connection.setRequestMethod("POST");
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(patience);
        connection.setRequestProperty("Content-Type", "application/json");
        // A kept connection could be closed by the other side just when it is used again.
        connection.setRequestProperty("Connection", "close");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        try {
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
            int status = connection.getResponseCode();
            try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return read(status == 200, in);
            }
        } finally {
            connection.disconnect();
        }
    }

    private static ChildAnswer read(boolean ok, @Nullable InputStream in) throws IOException {
        if (in == null) {
            return new ChildAnswer.Answered(ok, "");
        }
        byte[] body = in.readNBytes(ChildAnswer.MAX_BYTES + 1);
        if (body.length <= ChildAnswer.MAX_BYTES) {
            return new ChildAnswer.Answered(ok, new String(body, StandardCharsets.UTF_8));
        }
        long length = body.length;
        byte[] rest = new byte[64 * 1024];
        for (int read = in.read(rest); read >= 0 && length < MAX_COUNTED; read = in.read(rest)) {
            length += read;
        }
        return new ChildAnswer.TooLong(length, length < MAX_COUNTED);
    }

    private void awaitMarks(ActivationOutput output) {
        long end = System.nanoTime() + MARK_PATIENCE.toNanos();
        container.output().drain();
        while (marks && !output.marked()) {
            if (System.nanoTime() - end > 0) {
                marks = false;
                return;
            }
            LockSupport.parkNanos(MARK_LOOK.toNanos());
            container.output().drain();
        }
    }

    private ObjectNode initBody(RunRequest request) {
        Exec exec = request.action().exec();
        Optional<String> main = Optional.empty();
        if (exec instanceof Exec.Code given) {
            main = given.main();
        } else if (exec instanceof Exec.Blackbox image) {
            main = image.main();
        }
        ObjectNode body = MAPPER.createObjectNode();
        ObjectNode value = body.putObject("value");
        value.put("name", request.action().name().name());
        value.put("main", main.orElse("main"));
        value.put("binary", exec.binary());
        if (code.isEmpty()) {
            value.putNull("code");
        } else {
            value.put("code", code);
        }
        ObjectNode env = value.putObject("env");
        request.env().forEach(env::put);
        ObjectNode activation = MAPPER.createObjectNode();
        describe(activation, request);
        activation.properties().forEach(entry -> env.set("__OW_" + upper(entry.getKey()), entry.getValue()));
        return body;
    }

    private static ObjectNode runBody(RunRequest request, long deadline) {
        ObjectNode body = MAPPER.createObjectNode();
        body.putRawValue("value", new RawValue(request.input()));
        describe(body, request);
        return body.put("deadline", Long.toString(deadline));
    }

    private static void describe(ObjectNode body, RunRequest request) {
        body.put("namespace", request.namespace());
        body.put("action_name", request.action().name().toString());
        body.put("action_version", request.action().version().toString());
        body.put("activation_id", request.activationId().toString());
        body.put("transaction_id", request.transactionId());
        request.key().ifPresent(key -> body.put("api_key", key.reveal()));
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT);
    }
}
