package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An alarm that follows a cron pattern.
 *
 * @param cron when
 * @param strict whether it stays at the begin of its minute where alarms are spread over the minute; empty for what the
 *     provider does by default
 * @param options what alarms of every kind may say
 */
public record CronSpec(Cron cron, Optional<Boolean> strict, AlarmOptions options) implements AlarmSpec {

    private static final List<String> UPDATABLE = Stream.concat(
                    AlarmOptions.UPDATABLE.stream(),
                    Stream.of("cron", "strict", AlarmOptions.START, AlarmOptions.STOP, AlarmOptions.MAX_TRIGGERS))
            .toList();

    /** Checks for null. */
    public CronSpec {
        Objects.requireNonNull(cron, "cron is null");
        Objects.requireNonNull(strict, "strict is null");
        Objects.requireNonNull(options, "options is null");
    }

    static CronSpec of(ObjectNode json) {
        Parameters parameters = new Parameters(json);
        String pattern = json.path("cron").isTextual() ? json.path("cron").asText() : "";
        if (pattern.isEmpty()) {
            throw new FeedException("alarms trigger feed is missing the cron parameter");
        }
        Cron cron = Cron.parse(pattern);
        Optional<Boolean> strict = parameters.has("strict") ? Optional.of(parameters.flag("strict")) : Optional.empty();
        return new CronSpec(cron, strict, AlarmOptions.counted(json));
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<String> updatable() {
        return UPDATABLE;
    }

    @Override
    public void checkAhead(Instant now, Predicate<String> which) {
        IntervalSpec.checkDates(options, now, which);
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("cron", cron.text());
        options.addTo(json);
        strict.ifPresent(value -> json.put("strict", value));
        return json;
    }
}
