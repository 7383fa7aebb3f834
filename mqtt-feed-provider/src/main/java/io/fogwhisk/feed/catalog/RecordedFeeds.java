package io.fogwhisk.feed.catalog;

import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedListener;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedSpec;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.wsk.EntityListing.Registration;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.DocumentSource;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The feeds that users made at the centre, as documents for the sites that follow it. Feeds that a configuration
 * declares, those that the centre follows itself, and those of the system are not among them.
 *
 * <p>What a user paused travels as inactive; what the provider here disabled does not concern other sites. Reads the
 * registry: before that has started there is no feed. Thread-safe.
 */
public final class RecordedFeeds {

    private static final String SYSTEM = "whisk.system";

    private final FeedRegistry registry;

    /** The feeds of a registry. */
    public RecordedFeeds(FeedRegistry registry) {
        this.registry = Objects.requireNonNull(registry, "registry is null");
    }

    /** The documents of the database {@code topic_listeners}. */
    public DocumentSource mqtt() {
        return new Source(FeedFamily.MQTT);
    }

    /** The documents of the database {@code alarmservice}. */
    public DocumentSource alarms() {
        return new Source(FeedFamily.ALARMS);
    }

    private record Recorded(QualifiedName trigger, FeedSpec spec, boolean active, Instant changed) {}

    private final class Source implements DocumentSource {

        private final FeedFamily family;

        Source(FeedFamily family) {
            this.family = family;
        }

        @Override
        public Map<String, Object> documents() {
            Map<String, Object> documents = new HashMap<>();
            for (Feed feed : registry.feeds()) {
                if (shows(feed)) {
                    documents.put(
                            FeedDocuments.id(feed.trigger()),
                            new Recorded(
                                    feed.trigger(),
                                    feed.spec(),
                                    !(feed.state() instanceof FeedState.Paused),
                                    feed.changed()));
                }
            }
            return documents;
        }

        @Override
        public CatalogDocument render(String id, Object value, String reader) {
            if (value instanceof Recorded feed) {
                return CatalogDocument.of(FeedDocuments.write(feed.trigger, feed.spec, feed.active, feed.changed));
            }
            throw new IllegalArgumentException("not a value of this source: " + value.getClass());
        }

        @Override
        public Registration onChange(Runnable listener) {
            FeedListener told = (before, after) -> {
                if (shows(before) || shows(after)) {
                    listener.run();
                }
            };
            registry.listen(told);
            return () -> registry.ignore(told);
        }

        private boolean shows(Optional<Feed> feed) {
            return feed.filter(this::shows).isPresent();
        }

        private boolean shows(Feed feed) {
            return feed.origin() == Feed.Origin.CREATED
                    && family.holds(feed.spec())
                    && !feed.trigger().namespace().equals(SYSTEM);
        }
    }
}
