package io.fogwhisk.lean;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.lean.runtime.Runtimes;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.action.ActivationContext;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.action.InProcessAction;
import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskEntity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A lean OpenWhisk with an HTTP server of its own, and the package {@code utils} whose actions the tests watch. */
public final class TestSite implements AutoCloseable {

    public static final JsonMapper MAPPER = new JsonMapper();

    public final HttpHost http = new HttpHost();
    public final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "test");
    public final LeanOpenWhisk whisk;
    private final HttpClient client = HttpClient.newHttpClient();

    public TestSite(Path folder, BuiltInPackage... packages) {
        this(config(folder), packages);
    }

    public TestSite(LeanConfig config, BuiltInPackage... packages) {
        whisk = new LeanOpenWhisk(config, List.of(packages), http, metrics, Clock.systemUTC());
        http.start();
        whisk.start();
    }

    public TestSite(LeanConfig config, Runtimes runtimes, BuiltInPackage... packages) {
        whisk = new LeanOpenWhisk(config, List.of(packages), http, metrics, Clock.systemUTC(), apiHost -> runtimes);
        http.start();
        whisk.start();
    }

    /** Puts entities into the file of a site that is not started. */
    public static void declare(Path folder, WhiskEntity... entities) {
        try (EntityStore store = new EntityStore("declare", folder.resolve("whisk.db"), Duration.ZERO)) {
            store.start();
            store.change(change -> {
                List.of(entities).forEach(change::put);
                return true;
            });
        }
    }

    /** An action of user code. */
    public static WhiskAction code(String name, KeyValue... annotations) {
        return new WhiskAction(
                name(name),
                SemVer.FIRST,
                false,
                List.of(annotations),
                1,
                List.of(),
                new Exec.Code("nodejs:20", new ActionCode.Inline("code of " + name), false, Optional.empty()),
                Limits.DEFAULT);
    }

    public static LeanConfig config(Path folder) {
        return LeanConfig.defaults("test", 0, folder);
    }

    /** Other bounds than the defaults. */
    public static LeanConfig config(Path folder, int maxQueued, int maxInMemory, int maxRunning) {
        LeanConfig defaults = config(folder);
        return new LeanConfig(
                "test",
                defaults.host(),
                0,
                folder,
                defaults.identities(),
                Duration.ZERO,
                new LeanConfig.Bounds(maxQueued, maxInMemory, maxRunning),
                defaults.blockingLimit(),
                defaults.retention(),
                defaults.runtimes());
    }

    public static BuiltInPackage utils(BuiltInPackage.BuiltInAction... actions) {
        return new BuiltInPackage("utils", List.of(), List.of(actions));
    }

    public static BuiltInPackage.BuiltInAction action(String name, InProcessAction code) {
        return new BuiltInPackage.BuiltInAction(name, List.of(), code);
    }

    public static BuiltInPackage.BuiltInAction echo() {
        return action("echo", (params, context) -> CompletableFuture.completedFuture(params));
    }

    public static QualifiedName name(String text) {
        return QualifiedName.parse(text);
    }

    public static KeyValue kv(String key, Object value) {
        return new KeyValue(key, MAPPER.valueToTree(value));
    }

    public static JsonObject object(String key, int value) {
        return JsonObject.adopt(JsonNodeFactory.instance.objectNode().put(key, value));
    }

    public Outcome fire(String trigger, JsonObject payload) {
        return await(whisk.fire(AuthKey.GUEST, name(trigger), payload));
    }

    public Outcome invoke(String action, JsonObject params) {
        return await(whisk.invoke(AuthKey.GUEST, name(action), params, true));
    }

    public static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public Answer send(String method, String path, String body) {
        return send(method, path, body, request -> request.header("Authorization", AuthKey.GUEST.basicHeader()));
    }

    public Answer send(String method, String path) {
        return send(method, path, "");
    }

    public Answer send(String method, String path, String body, UnaryOperator<HttpRequest.Builder> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(whisk.apiHost() + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        try {
            return new Answer(client.send(headers.apply(request).build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        whisk.close();
        http.close();
    }

    public record Answer(HttpResponse<String> response) {

        public int status() {
            return response.statusCode();
        }

        public String body() {
            return response.body();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public JsonNode json() {
            try {
                return MAPPER.readTree(response.body());
            } catch (IOException e) {
                throw new AssertionError("no JSON: " + response.body(), e);
            }
        }

        public String error() {
            return json().path("error").asText();
        }
    }

    /** An action that remembers its calls and completes them when told. */
    public static final class Gate implements InProcessAction {
        public final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();

        @Override
        public CompletionStage<JsonObject> run(JsonObject params, ActivationContext context) {
            Call call = new Call(params, context, new CompletableFuture<>());
            calls.add(call);
            return call.result();
        }

        public void open() {
            calls.forEach(call -> call.result().complete(call.params()));
        }

        public record Call(JsonObject params, ActivationContext context, CompletableFuture<JsonObject> result) {}
    }
}
