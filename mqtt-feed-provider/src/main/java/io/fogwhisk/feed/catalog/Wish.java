package io.fogwhisk.feed.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedSpec;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.wsk.catalog.SiteValues;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Optional;

/**
 * A feed that a document of the catalogue wants at this site.
 *
 * @param trigger with its namespace
 * @param declared as the document has it; empty if only an earlier revision of it could be read
 * @param values the parameters with the site's own values
 * @param spec what they say
 * @param active whether it is to fire
 */
record Wish(
        QualifiedName trigger,
        Optional<FeedDocuments.Declared> declared,
        ObjectNode values,
        FeedSpec spec,
        boolean active) {

    /**
     * What a document wants.
     *
     * @throws FeedException if a parameter is wrong
     * @throws io.fogwhisk.wsk.WskException if a value of the site can't be found, or a number is out of range
     */
    static Wish of(FeedDocuments.Declared declared, SiteValues site) {
        ObjectNode values = site.feed(declared.trigger(), declared.parameters());
        // Written and read again, so that numbers have the form in which a stored feed has them.
        FeedSpec spec = FeedSpec.of(
                declared.kind(),
                JsonObject.parse(JsonObject.adopt(values).text()).copy());
        return new Wish(declared.trigger(), Optional.of(declared), values, spec, declared.active());
    }

    /** The feed that there is, of a document that can't be read any more. */
    static Wish kept(Feed feed) {
        return new Wish(
                feed.trigger(),
                Optional.empty(),
                feed.spec().toJson(),
                feed.spec(),
                !(feed.state() instanceof FeedState.Paused));
    }

    /** The same with the site's values of now; the same object if they did not change. */
    Wish renewed(SiteValues site) {
        if (declared.isEmpty()
                || site.feed(trigger, declared.get().parameters()).equals(values)) {
            return this;
        }
        return of(declared.get(), site);
    }
}
