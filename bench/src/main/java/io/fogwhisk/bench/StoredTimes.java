package io.fogwhisk.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * When readings were stored, read off the site's activation records after the load: an activation of the action that
 * writes readings ends when its points are confirmed, and its trigger's record holds the reading. Asks a site for
 * nothing while it is measured. Times are as coarse as the records, a millisecond, and taken as the later end of it.
 */
final class StoredTimes {

    private static final int PAGE = 200;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final ObjectMapper json = new ObjectMapper();
    private final String activations;
    private final String authorization;

    /** @param auth {@code uuid:key} of the namespace */
    StoredTimes(String apiHost, String auth) {
        this.activations = apiHost + "/api/v1/namespaces/_/activations";
        this.authorization = "Basic " + Base64.getEncoder().encodeToString(auth.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Steps on the way of each reading of the data centre that was published in a stretch of time.
     *
     * @param fired from publish to the start of the trigger's activation
     * @param started from publish to the start of the action
     * @param stored from publish to the end of the action
     */
    record Steps(Histogram fired, Histogram started, Histogram stored) {}

    /** Reads the records; {@code from} and {@code to} are epoch milliseconds of publishing, the end not included. */
    Steps read(String trigger, String action, int datacenterId, long from, long to) {
        Map<String, Long> published = new HashMap<>();
        Steps steps = new Steps(histogram(), histogram(), histogram());
        each(trigger, from, record -> {
            JsonNode reading = reading(record);
            long at = reading.path("timestamp").asLong();
            if (reading.path("datacenter_id").asInt() == datacenterId && at >= from && at < to) {
                published.put(record.path("activationId").asText(), at);
                record(steps.fired(), record.path("start").asLong(), at);
            }
        });
        each(action, from, record -> {
            Long at = published.get(record.path("cause").asText());
            if (at != null && record.path("response").path("success").asBoolean()) {
                record(steps.started(), record.path("start").asLong(), at);
                record(steps.stored(), record.path("end").asLong(), at);
            }
        });
        return steps;
    }

    private static Histogram histogram() {
        return new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
    }

    private static void record(Histogram histogram, long then, long publishedAt) {
        histogram.recordValue(TimeUnit.MILLISECONDS.toMicros(then + 1 - publishedAt));
    }

    private JsonNode reading(JsonNode record) {
        try {
            return json.readTree(
                    record.path("response").path("result").path("body").asText());
        } catch (IOException e) {
            throw new BenchException("a trigger's record holds no reading: " + e.getMessage(), e);
        }
    }

    private void each(String name, long from, Consumer<JsonNode> consumer) {
        for (int skip = 0; ; skip += PAGE) {
            JsonNode page = ask("?docs=true&limit=" + PAGE + "&skip=" + skip + "&since=" + from + "&name=" + name);
            page.forEach(consumer);
            if (page.size() < PAGE) {
                return;
            }
        }
    }

    private JsonNode ask(String query) {
        try {
            HttpResponse<byte[]> answer = client.send(
                    HttpRequest.newBuilder(URI.create(activations + query))
                            .header("Authorization", authorization)
                            .timeout(LIMIT)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new BenchException(activations + " answered " + answer.statusCode() + "; give --auth uuid:key");
            }
            return json.readTree(answer.body());
        } catch (IOException e) {
            throw new BenchException("cannot read " + activations + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
