package io.fogwhisk.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.lean.identity.SiteTokens;
import io.fogwhisk.wsk.model.AuthKey;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A central FogWhisk in this process, told what to declare as {@code wsk} tells it. */
final class OwnCatalogCentre implements CatalogCentre {

    private static final String ID = "central";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final HttpClient http = CatalogSite.client();
    private final Path folder;
    private final int api = Centre.freePort();
    private final int catalog = Centre.freePort();
    private final ServiceGroup services;

    OwnCatalogCentre(Path folder) {
        this.folder = folder.resolve(ID);
        services =
                CatalogSite.start(ID, "central: true, data: " + this.folder, api, "catalog: {port: " + catalog + "}\n");
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + catalog;
    }

    @Override
    public String token(String site) {
        try (SiteTokens known = new SiteTokens("bench", folder, Clock.systemUTC())) {
            return known.add(site);
        }
    }

    @Override
    public CompletableFuture<?> action(String name, String code) {
        return put(
                "actions/" + name,
                JsonNodeFactory.instance
                        .objectNode()
                        .set(
                                "exec",
                                JsonNodeFactory.instance
                                        .objectNode()
                                        .put("kind", "nodejs:20")
                                        .put("code", code))
                        .toString());
    }

    @Override
    public CompletableFuture<?> trigger(String name, int value) {
        return put("triggers/" + name, "{\"parameters\":[{\"key\":\"n\",\"value\":" + value + "}]}");
    }

    private CompletableFuture<?> put(String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + api + "/api/v1/namespaces/_/" + path + "?overwrite=true"))
                .timeout(LIMIT)
                .header("Authorization", AuthKey.GUEST.basicHeader())
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body))
                .build();
        return http.sendAsync(request, BodyHandlers.ofString()).thenAccept(answer -> {
            if (answer.statusCode() != 200) {
                throw new BenchException("the centre answered " + answer.statusCode() + " " + answer.body());
            }
        });
    }

    @Override
    public void close() {
        services.close();
    }
}
