package io.fogwhisk.aggregate.action;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.List;

/** Sums up what became of the messages of a batch, in the words for one message. */
final class BatchResult {

    private static final int MAX_REASONS = 10;

    private final ObjectNode sum = JsonNodeFactory.instance.objectNode();
    private int failed;

    private BatchResult() {}

    /**
     * The sum; an error only if no message came to anything.
     *
     * @param points of the readings that were stored without more to say
     * @param results what became of the other messages
     */
    static JsonObject of(long points, List<JsonObject> results) {
        BatchResult result = new BatchResult();
        if (points > 0) {
            result.sum.put("points", points);
        }
        results.forEach(each -> result.add(each.tree()));
        if (result.failed > 0 && points == 0 && result.failed == results.size()) {
            result.sum.set("error", result.sum.path("setAside").path(0));
        }
        return JsonObject.adopt(result.sum);
    }

    private void add(ObjectNode each) {
        for (String count : List.of("points", "queued")) {
            if (each.has(count)) {
                sum.put(count, sum.path(count).asLong() + each.path(count).asLong());
            }
        }
        if (each.has("ignored")) {
            sum.put("ignored", sum.path("ignored").asLong() + 1);
        }
        if (each.has("queued")) {
            sum.set("reason", each.path(each.has("error") ? "error" : "reason"));
        } else if (each.has("error")) {
            failed++;
            aside(each.path("error"));
        }
        each.path("setAside").forEach(this::aside);
    }

    private void aside(JsonNode reason) {
        ArrayNode reasons = sum.withArray("/setAside");
        if (reasons.size() < MAX_REASONS) {
            reasons.add(reason);
        }
        sum.put("setAsideCount", sum.path("setAsideCount").asLong() + 1);
    }
}
