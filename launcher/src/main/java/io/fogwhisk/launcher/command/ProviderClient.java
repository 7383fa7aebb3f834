package io.fogwhisk.launcher.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.launcher.site.SiteIdentities;
import io.fogwhisk.lean.identity.NamespaceEntry;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks a running feed provider; an option of the commands that do. */
final class ProviderClient {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** A replay answers when every message was tried. */
    private static final Duration CHANGE_LIMIT = Duration.ofMinutes(10);

    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--feeds",
            paramLabel = "URL",
            description = "of the feed provider (default http://127.0.0.1:3000, or what the configuration says)")
    private Optional<String> feeds = Optional.empty();

    @Option(
            names = "--auth",
            paramLabel = "UUID:KEY",
            description = "the key to show, where the provider wants one (by default that of the site's own system)")
    private Optional<String> auth = Optional.empty();

    @Mixin
    private SiteOption site = new SiteOption();

    /**
     * Sends a request.
     *
     * @throws LauncherException if there is no answer, or it is a refusal
     */
    JsonNode send(String method, String path) {
        Optional<SiteConfig> config = site.given() ? Optional.of(site.read()) : Optional.empty();
        String address = feeds.or(() -> config.map(
                        known -> "http://" + known.host() + ":" + known.ports().feeds()))
                .orElse("http://127.0.0.1:3000");
        Optional<String> key = auth.or(() -> config.flatMap(ProviderClient::systemKey));
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                    .timeout(method.equals("GET") ? LIMIT : CHANGE_LIMIT)
                    .method(method, BodyPublishers.noBody());
            key.ifPresent(
                    each -> request.header("Authorization", AuthKey.parse(each).basicHeader()));
            HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            JsonNode body = JSON.readTree(response.body());
            if (response.statusCode() != 200) {
                throw new LauncherException("the feed provider at " + address + " says: "
                        + body.path("error").asText("status " + response.statusCode())
                        + (response.statusCode() == 401 ? " (give --auth, or --config of its site)" : ""));
            }
            return body;
        } catch (IllegalArgumentException e) {
            throw new LauncherException(
                    "--feeds must be an address such as http://127.0.0.1:3000, and --auth of the form uuid:key", e);
        } catch (JsonProcessingException e) {
            throw new LauncherException("what answers at " + address + " is not a feed provider", e);
        } catch (IOException e) {
            throw new LauncherException(
                    "no feed provider answers at " + address + ": is it running? (--feeds names another)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while asking " + address, e);
        }
    }

    /** Whoever may read a site's data folder may see all of its feeds. */
    private static Optional<String> systemKey(SiteConfig config) {
        return SiteIdentities.of(config).entries().stream()
                .filter(entry -> entry.namespace().equals(SiteIdentities.SYSTEM))
                .map(NamespaceEntry::key)
                .map(AuthKey::reveal)
                .findFirst();
    }
}
