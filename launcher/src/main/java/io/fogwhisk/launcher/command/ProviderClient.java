package io.fogwhisk.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.launcher.site.SiteIdentities;
import io.fogwhisk.launcher.site.SlimFeed;
import io.fogwhisk.lean.identity.NamespaceEntry;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks a running feed provider; an option of the commands that do. */
final class ProviderClient {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** A replay answers when every message was tried. */
    private static final Duration CHANGE_LIMIT = Duration.ofMinutes(10);

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
        SiteConfig config = site.read();
        String address = feeds.or(() -> config.roles().feedsUrl())
                .orElseGet(
                        () -> "http://" + config.host() + ":" + config.ports().feeds());
        // A key from the environment is not meant for whatever address somebody types.
        boolean itsOwn = feeds.isEmpty() || site.given();
        Optional<AuthKey> key = auth.map(ProviderClient::parsed)
                .or(() -> itsOwn && !config.feedsOpen() ? keyOf(config) : Optional.empty());
        return new RunningService("feed provider", address, "--feeds")
                .send(method, path, key, method.equals("GET") ? LIMIT : CHANGE_LIMIT);
    }

    private static AuthKey parsed(String text) {
        try {
            return AuthKey.parse(text);
        } catch (WskException e) {
            throw new LauncherException("--auth must be a key of the form uuid:key", e);
        }
    }

    /**
     * Whoever may read a site's data folder may see all of its feeds. Where the triggers are those of an OpenWhisk
     * elsewhere, a site has the keys that it was given.
     */
    private static Optional<AuthKey> keyOf(SiteConfig config) {
        if (config.openwhisk().apiHost().isPresent()) {
            return config.openwhisk().auth().or(() -> config.feeds().slim().flatMap(SlimFeed::auth));
        }
        return SiteIdentities.of(config).entries().stream()
                .filter(entry -> entry.namespace().equals(SiteIdentities.SYSTEM))
                .map(NamespaceEntry::key)
                .findFirst();
    }
}
