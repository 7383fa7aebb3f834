package io.fogwhisk.bench;

import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.FeedProvider;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.catalog.CatalogLink;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.TriggerDirectory;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Many alarms in a feed provider of this process, each once a minute at a second of its own: how late they fire, by the
 * system's clock, and whether each fires as often as it should.
 */
@Command(
        name = "alarms",
        description = "Creates alarms in a feed provider and measures how late after their instant they fire.",
        mixinStandardHelpOptions = true)
final class AlarmLoad implements Callable<Integer> {

    private static final int SECONDS = 60;
    private static final long SECOND_MILLIS = 1_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--schedules", defaultValue = "10000", description = "alarms (default ${DEFAULT-VALUE})")
    private int schedules;

    @Option(
            names = "--for",
            defaultValue = "120s",
            description = "how long to measure, whole minutes (default ${DEFAULT-VALUE})")
    private String length = "";

    /** An OpenWhisk that accepts at once and notes when. */
    private static final class Accepting implements OpenWhisk, Identities, TriggerDirectory {
        private final Histogram lateMillis = new Histogram(TimeUnit.MINUTES.toMillis(1), 3);
        private boolean measuring;

        @Override
        public synchronized CompletionStage<Outcome> fire(AuthKey key, QualifiedName trigger, JsonObject payload) {
            if (measuring) {
                // Every alarm is due at the begin of a second.
                lateMillis.recordValue(System.currentTimeMillis() % SECOND_MILLIS);
            }
            return CompletableFuture.completedStage(new Outcome.Accepted(Optional.empty()));
        }

        synchronized void measure(boolean now) {
            measuring = now;
        }

        synchronized Histogram result() {
            return lateMillis.copy();
        }

        @Override
        public CompletionStage<Outcome> invoke(AuthKey key, QualifiedName action, JsonObject params, boolean blocking) {
            throw new BenchException("an alarm invokes nothing");
        }

        @Override
        public CompletionStage<Optional<String>> namespaceOf(AuthKey key) {
            return CompletableFuture.completedStage(Optional.of("guest"));
        }

        @Override
        public CompletionStage<Existence> find(AuthKey key, QualifiedName trigger) {
            return CompletableFuture.completedStage(Existence.PRESENT);
        }

        @Override
        public CompletionStage<Outcome> delete(AuthKey key, QualifiedName trigger, boolean rules) {
            throw new BenchException("an alarm deletes nothing");
        }
    }

    @Override
    public Integer call() throws IOException {
        long minutes = Math.max(1, ConfigNode.parseDuration(length).toMinutes());
        Accepting target = new Accepting();
        Path folder = Files.createTempDirectory("fogwhisk-bench-alarms-");
        try (ServiceGroup services = new ServiceGroup("bench")) {
            HttpHost http = services.start(new HttpHost());
            FeedProvider provider = services.start(new FeedProvider(
                    FeedProviderConfig.defaults("bench", 0, folder),
                    target,
                    target,
                    target,
                    http,
                    new Metrics(new SimpleMeterRegistry(), "bench"),
                    CatalogLink.NONE,
                    Clock.systemUTC()));
            create(provider.endpoint() + "/alarm");
            sleepToMiddleOfSecond(Duration.ofSeconds(5));
            target.measure(true);
            sleepToMiddleOfSecond(Duration.ofMinutes(minutes));
            target.measure(false);
        }
        return report(target.result(), minutes);
    }

    private int report(Histogram late, long minutes) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%d alarms: %d fires of %d in %d min; late p50 %d ms, p99 %d ms, p99.9 %d ms, max %d ms; %.2f %% within"
                        + " 50 ms%n",
                schedules,
                late.getTotalCount(),
                schedules * minutes,
                minutes,
                late.getValueAtPercentile(50),
                late.getValueAtPercentile(99),
                late.getValueAtPercentile(99.9),
                late.getMaxValue(),
                late.getPercentileAtOrBelowValue(50));
        out.flush();
        return late.getTotalCount() == schedules * minutes ? 0 : 1;
    }

    private void create(String endpoint) {
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; i < schedules; i++) {
            String body = "{\"triggerName\":\"/guest/alarm-%d\",\"authKey\":\"%s\",\"cron\":\"%d * * * * *\"}"
                    .formatted(i, AuthKey.GUEST.reveal(), i % SECONDS);
            try {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create(endpoint))
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    throw new BenchException("alarm " + i + " was not created: " + answer.body());
                }
            } catch (IOException e) {
                throw new BenchException("the feed provider does not answer: " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BenchException("interrupted", e);
            }
        }
    }

    /** Waits and then for the middle of a second, when nothing is due. */
    private static void sleepToMiddleOfSecond(Duration time) {
        long end = System.currentTimeMillis() + time.toMillis();
        long middle = end - end % SECOND_MILLIS + SECOND_MILLIS / 2;
        while (System.currentTimeMillis() < middle) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
