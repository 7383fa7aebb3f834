package io.fogwhisk.feed.catalog;

import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.wsk.catalog.SiteValues;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What a feed provider needs to know of the catalogue that its site follows. Its parts are thread-safe and never wait.
 *
 * @param centre where the catalogue is, for the eyes of users; empty if the site follows none
 * @param triggers every trigger that the site has now
 * @param keys the key that fires the triggers of a namespace at this site; empty if none is known, or none is good now
 * @param values what the site puts in the place of declared parameters
 * @param owned whether the triggers of a namespace are the catalogue's alone, so that no feed is made for one here
 * @param wanted whether the site follows what the catalogue has of a namespace
 */
public record CatalogLink(
        String centre,
        Supplier<Set<QualifiedName>> triggers,
        Function<String, Optional<AuthKey>> keys,
        SiteValues values,
        Predicate<String> owned,
        Predicate<String> wanted) {

    private static final String SYSTEM = "whisk.system";

    /** For a site that follows no catalogue. */
    public static final CatalogLink NONE =
            new CatalogLink("", Set::of, namespace -> Optional.empty(), SiteValues.NONE, namespace -> false);

    /** Checks for null. */
    public CatalogLink {
        Objects.requireNonNull(centre, "centre is null");
        Objects.requireNonNull(triggers, "triggers is null");
        Objects.requireNonNull(keys, "keys is null");
        Objects.requireNonNull(values, "values is null");
        Objects.requireNonNull(owned, "owned is null");
        Objects.requireNonNull(wanted, "wanted is null");
    }

    /** For a site that follows every namespace. */
    public CatalogLink(
            String centre,
            Supplier<Set<QualifiedName>> triggers,
            Function<String, Optional<AuthKey>> keys,
            SiteValues values,
            Predicate<String> owned) {
        this(centre, triggers, keys, values, owned, namespace -> true);
    }

    /** Whether the site follows what the catalogue has of a namespace; {@code whisk.system} is every site's own. */
    public boolean wants(String namespace) {
        return !namespace.equals(SYSTEM) && wanted.test(namespace);
    }

    /** Whether there is a catalogue. */
    public boolean followed() {
        return !centre.isEmpty();
    }

    /** Whether a feed's key is the catalogue's affair: nothing but the catalogue says when it is good no more. */
    public boolean keeps(Feed feed) {
        return feed.origin() == Feed.Origin.FOLLOWED
                || owned.test(feed.trigger().namespace());
    }

    /** The key that a feed is to fire with; empty if the catalogue does not keep it, or has none for it. */
    public Optional<AuthKey> keyOf(Feed feed) {
        return keeps(feed) ? keys.apply(feed.trigger().namespace()) : Optional.empty();
    }

    /** The catalogue in a sentence. */
    public String name() {
        return followed() ? "the catalogue of " + centre : "the catalogue";
    }
}
