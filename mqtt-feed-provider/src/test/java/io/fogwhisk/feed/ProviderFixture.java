package io.fogwhisk.feed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.catalog.CatalogLink;
import io.fogwhisk.feed.catalog.FollowedFeeds;
import io.fogwhisk.feed.catalog.RecordedFeeds;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.wsk.TriggerFeeds;
import io.fogwhisk.wsk.model.AuthKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** A running feed provider and a client of its HTTP API. */
public final class ProviderFixture implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpHost http = new HttpHost();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "dc-1");
    private final FeedProvider provider;

    private ProviderFixture(FeedProviderConfig config, FakeOpenWhisk target, CatalogLink link) {
        provider = new FeedProvider(config, target, target, target, http, metrics, link, Clock.systemUTC());
        http.start();
        provider.start();
    }

    public static ProviderFixture start(Path folder, FakeOpenWhisk target) {
        return start(config(folder), target);
    }

    public static ProviderFixture start(Path folder, FakeOpenWhisk target, int firesInFlight) {
        return start(config(folder).with(new FeedProviderConfig.Bounds(firesInFlight, 1_000_000, 1L << 30)), target);
    }

    /** A provider of a site with a broker of its own. */
    public static ProviderFixture start(Path folder, FakeOpenWhisk target, EmbeddedBroker own) {
        return start(config(folder).withOwnBroker(Broker.parse(own.url())), target);
    }

    public static ProviderFixture start(FeedProviderConfig config, FakeOpenWhisk target) {
        return new ProviderFixture(config, target, CatalogLink.NONE);
    }

    /** A provider of a site that follows a catalogue. */
    public static ProviderFixture start(FeedProviderConfig config, FakeOpenWhisk target, CatalogLink link) {
        return new ProviderFixture(config, target, link);
    }

    /** What most tests need: a name, and any free port. */
    public static FeedProviderConfig config(Path folder) {
        return FeedProviderConfig.defaults("dc-1", 0, folder);
    }

    /** What an OpenWhisk that keeps the triggers asks and tells. */
    public TriggerFeeds feeds() {
        return provider;
    }

    /** What the centre shows to sites. */
    public RecordedFeeds recorded() {
        return provider.recorded();
    }

    /** What a site follows. */
    public FollowedFeeds followed() {
        return provider.followed();
    }

    public String endpoint() {
        return provider.endpoint();
    }

    public long count(Meter meter) {
        return metrics.value(meter);
    }

    /** Creates an MQTT feed of the namespace guest. */
    public JsonNode feed(String trigger, String url, String topic) {
        Answer answer = send(
                "POST",
                "/mqtt",
                Map.of("triggerName", "/_/" + trigger, "url", url, "topic", topic, "authKey", AuthKey.GUEST.reveal()),
                "");
        if (answer.status() != 200) {
            throw new IllegalStateException("feed not created: " + answer);
        }
        return answer.body();
    }

    /** An answer of the API. */
    public record Answer(int status, JsonNode body) {}

    public Answer get(String path) {
        return send("GET", path, Map.of(), "");
    }

    public Answer delete(String path) {
        return send("DELETE", path, Map.of(), "");
    }

    public Answer post(String path, Map<String, ?> body) {
        return send("POST", path, body, "");
    }

    public Answer send(String method, String path, Map<String, ?> body, String authorization) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(endpoint() + path))
                    .timeout(Duration.ofSeconds(20))
                    .method(
                            method,
                            body.isEmpty()
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString(JSON.writeValueAsString(body)));
            if (!authorization.isEmpty()) {
                request.header("Authorization", authorization);
            }
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), JSON.readTree(response.body()));
        } catch (IOException e) {
            throw new IllegalStateException("no answer to " + method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        provider.close();
        http.close();
    }
}
