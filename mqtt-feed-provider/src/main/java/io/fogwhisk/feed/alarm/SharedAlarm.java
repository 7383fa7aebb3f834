package io.fogwhisk.feed.alarm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Instant;
import java.util.OptionalInt;
import org.quartz.JobDataMap;

/**
 * An alarm as the data of a shared job: all that a provider needs to fire it that has never heard of it.
 *
 * @param feed with revision 0, because each registry has revisions of its own, and as created, because what
 *     one provider declares another must not take for its own declaration
 * @param stamp another with every change
 */
record SharedAlarm(Feed feed, String stamp) {

    private static final String STAMP = "stamp";
    private static final String FEED = "feed";

    static SharedAlarm of(JobDataMap data) {
        ObjectNode json = JsonObject.parse(data.getString(FEED)).tree();
        FeedState state = new FeedState.Active();
        if (json.path("paused").asBoolean()) {
            state = new FeedState.Paused();
        } else if (json.has("reason")) {
            state = new FeedState.Disabled(
                    json.path("reasonKind").asText(),
                    json.has("statusCode")
                            ? OptionalInt.of(json.path("statusCode").asInt())
                            : OptionalInt.empty(),
                    json.path("reason").asText());
        }
        Feed feed = new Feed(
                QualifiedName.parse(json.path("trigger").asText()),
                AuthKey.parse(json.path("key").asText()),
                AlarmSpec.of(
                        json.path("kind").asText(),
                        JsonObject.parse(json.path("spec").asText()).copy()),
                state,
                Feed.Origin.CREATED,
                Instant.ofEpochMilli(json.path("changed").asLong()),
                0);
        return new SharedAlarm(feed, data.getString(STAMP));
    }

    JobDataMap data() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("trigger", feed.trigger().toString())
                .put("key", feed.key().reveal())
                .put("kind", feed.spec().kind())
                .put("spec", JsonObject.adopt(feed.spec().toJson()).text())
                .put("changed", feed.changed().toEpochMilli());
        if (feed.state() instanceof FeedState.Paused) {
            json.put("paused", true);
        } else if (feed.state() instanceof FeedState.Disabled disabled) {
            json.put("reasonKind", disabled.kind()).put("reason", disabled.message());
            disabled.statusCode().ifPresent(code -> json.put("statusCode", code));
        }
        JobDataMap data = new JobDataMap();
        data.put(FEED, json.toString());
        data.put(STAMP, stamp);
        return data;
    }
}
