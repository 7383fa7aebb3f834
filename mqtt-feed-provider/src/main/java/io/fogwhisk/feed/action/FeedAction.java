package io.fogwhisk.feed.action;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.action.ActivationContext;
import io.fogwhisk.wsk.action.InProcessAction;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * A feed action: passes the life cycle of a trigger's feed on to the provider. It answers within ten seconds, because a
 * client that is kept waiting takes the trigger back; what goes wrong is a field {@code error} of the result.
 */
final class FeedAction implements InProcessAction {

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(8);
    private static final int OK = 200;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
    private final String sibling;

    /** The action of the feed at the package's endpoint itself. */
    FeedAction() {
        this("");
    }

    /** The action of a feed that has the same endpoint but for the last part of its path. */
    FeedAction(String sibling) {
        this.sibling = sibling;
    }

    @Override
    public CompletionStage<JsonObject> run(JsonObject params, ActivationContext context) {
        String endpoint = params.tree().path(FeedPackages.PROVIDER_ENDPOINT).asText("");
        HttpRequest request;
        try {
            endpoint = sibling.isEmpty()
                    ? endpoint
                    : URI.create(endpoint).resolve(sibling).toString();
            request = request(endpoint, params.copy(), context);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedStage(error(String.valueOf(e.getMessage())));
        }
        return http.sendAsync(request, BodyHandlers.ofString(StandardCharsets.UTF_8))
                .handle((response, failure) ->
                        failure == null ? result(response) : away(request.uri().toString(), failure));
    }

    private static HttpRequest request(String endpoint, ObjectNode params, ActivationContext context) {
        String event = params.path("lifecycleEvent").asText("");
        String name = params.path("triggerName").asText("");
        if (name.isEmpty()) {
            throw new WskException("no trigger name parameter was provided");
        }
        QualifiedName trigger = QualifiedName.parse(name);
        String key = params.path("authKey").asText(context.key().reveal());
        params.put("authKey", key);
        params.remove("lifecycleEvent");
        params.remove(FeedPackages.PROVIDER_ENDPOINT);
        URI all = URI.create(endpoint);
        if (all.getHost() == null) {
            throw new WskException("the package parameter " + FeedPackages.PROVIDER_ENDPOINT
                    + " must be the url of the feed provider, was '" + endpoint + "'");
        }
        URI one = URI.create(endpoint + "/" + encode(trigger.namespace()) + "/" + encode(trigger.name()));
        String body = JsonObject.adopt(params).text();
        URI address = switch (event) {
            case "CREATE" -> all;
            case "PAUSE" -> URI.create(one + "/pause");
            case "UNPAUSE" -> URI.create(one + "/unpause");
            default -> one;
        };
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .header("Authorization", AuthKey.parse(key).basicHeader());
        switch (event) {
            case "CREATE" -> request.POST(BodyPublishers.ofString(body));
            case "UPDATE" -> request.PUT(BodyPublishers.ofString(body));
            case "PAUSE", "UNPAUSE" -> request.POST(BodyPublishers.noBody());
            case "READ" -> request.GET();
            case "DELETE" -> request.DELETE();
            default -> throw new WskException("unsupported lifecycleEvent");
        }
        return request.build();
    }

    private static JsonObject result(HttpResponse<String> response) {
        JsonObject body;
        try {
            body = JsonObject.parse(response.body());
        } catch (WskException e) {
            return error("the feed provider answered " + response.statusCode() + " without JSON: check "
                    + FeedPackages.PROVIDER_ENDPOINT);
        }
        if (response.statusCode() == OK) {
            return body;
        }
        JsonNode message = body.tree().path("error");
        return error(message.isTextual() ? message.asText() : "the feed provider answered " + response.statusCode());
    }

    private static JsonObject away(String endpoint, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return error("the feed provider at " + endpoint + " does not answer ("
                + cause.getClass().getSimpleName() + "): check that it runs and that "
                + FeedPackages.PROVIDER_ENDPOINT + " is right");
    }

    private static JsonObject error(String message) {
        return JsonObject.adopt(JsonNodeFactory.instance.objectNode().put("error", message));
    }

    private static String encode(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
