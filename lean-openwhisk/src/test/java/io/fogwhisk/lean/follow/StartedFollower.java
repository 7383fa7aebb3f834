package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fogwhisk.wsk.catalog.DocumentSink;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The follower of the site {@code site-1}, whose outbox holds seven points. */
final class StartedFollower {

    private StartedFollower() {}

    /** With the password of a scripted catalogue. */
    static CatalogFollower of(
            ScriptedCatalog upstream, Path folder, Set<String> namespaces, Map<String, DocumentSink> sinks) {
        return of(upstream.url(), Optional.of("site-1"), Optional.of("secret"), folder, namespaces, sinks);
    }

    static CatalogFollower of(
            URI url,
            Optional<String> user,
            Optional<String> password,
            Path folder,
            Set<String> namespaces,
            Map<String, DocumentSink> sinks) {
        FollowConfig config = new FollowConfig(
                "site-1",
                url,
                user,
                password,
                Map.of(),
                folder,
                namespaces,
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(1));
        CatalogFollower follower = new CatalogFollower(
                config, sinks, () -> JsonNodeFactory.instance.objectNode().put("outbox", 7), null, Clock.systemUTC());
        follower.start();
        return follower;
    }
}
