package io.fogwhisk.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.wsk.model.AuthKey;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A centre and sites in one process: how long an update at the centre takes to be answered at every site, how long a
 * fresh site takes to have everything, and how long one that was away takes to catch up.
 */
@Command(
        name = "catalog",
        description = "Measures how fast what is declared at a centre is at its sites.",
        mixinStandardHelpOptions = true)
final class CatalogLoad implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(2);
    private static final int AT_ONCE = 16;
    private static final String FRESH = "fresh";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--sites", defaultValue = "10", description = "default ${DEFAULT-VALUE}")
    private int sites;

    @Option(names = "--updates", defaultValue = "100", description = "of one action (default ${DEFAULT-VALUE})")
    private int updates;

    @Option(names = "--entities", defaultValue = "1000", description = "actions (default ${DEFAULT-VALUE})")
    private int entities;

    @Option(names = "--megabytes", defaultValue = "50", description = "of code in all (default ${DEFAULT-VALUE})")
    private int megabytes;

    @Option(names = "--changes", defaultValue = "10000", description = "while away (default ${DEFAULT-VALUE})")
    private int changes;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    @Override
    public Integer call() throws IOException {
        if (sites < 1 || updates < 1 || entities < 1 || megabytes < 1 || changes < 1) {
            throw new BenchException("every number must be at least 1");
        }
        Path folder = Files.createTempDirectory("fogwhisk-bench-catalog-");
        try (CatalogDomain domain = new CatalogDomain(folder)) {
            domain.startCentre();
            for (int site = 1; site <= sites; site++) {
                domain.startSite("dc-" + site);
            }
            update(domain);
            for (int site = 2; site <= sites; site++) {
                domain.stop("dc-" + site);
            }
            fill(domain);
            fresh(domain);
            away(domain);
        }
        return 0;
    }

    private void update(CatalogDomain domain) {
        Histogram all = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
        // The first tenth warms up.
        for (int update = -updates / 10; update < updates; update++) {
            String text = "function main() { return {update: " + update + "}; }";
            long begin = System.nanoTime();
            put(domain, "actions/updated?overwrite=true", action(text)).join();
            for (int site = 1; site <= sites; site++) {
                String id = "dc-" + site;
                awaitThat(id + " has the update", () -> {
                    JsonNode got = get(domain, id, "actions/updated");
                    return got.path("exec").path("code").asText().equals(text);
                });
            }
            if (update >= 0) {
                all.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin));
            }
        }
        out().printf(
                        Locale.ROOT,
                        "an update is answered by all of %d sites after p50 %.0f ms, p99 %.0f ms, at most %.0f ms"
                                + " (%d updates, asked site after site)%n",
                        sites,
                        all.getValueAtPercentile(50) / 1e3,
                        all.getValueAtPercentile(99) / 1e3,
                        all.getMaxValue() / 1e3,
                        updates);
        out().flush();
    }

    private void fill(CatalogDomain domain) {
        Random random = new Random(42);
        byte[] code = new byte[(int) (megabytes * 1_000_000L / entities * 3 / 4)];
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (int i = 0; i < entities; i++) {
            random.nextBytes(code);
            String text = "// " + Base64.getEncoder().encodeToString(code);
            sent.add(put(domain, "actions/filled" + i + "?overwrite=true", action(text)));
            if (sent.size() == AT_ONCE) {
                sent.forEach(CompletableFuture::join);
                sent.clear();
            }
        }
        sent.forEach(CompletableFuture::join);
    }

    private void fresh(CatalogDomain domain) {
        long begin = System.nanoTime();
        domain.startSite(FRESH);
        long up = System.nanoTime();
        awaitCount(domain, "actions", entities + 1);
        out().printf(
                        Locale.ROOT,
                        "a fresh site has %d actions with %d MB of code %.1f s after its start began, %.1f s of them"
                                + " until it was up%n",
                        entities,
                        megabytes,
                        (System.nanoTime() - begin) / 1e9,
                        (up - begin) / 1e9);
        out().flush();
    }

    private void away(CatalogDomain domain) {
        domain.stop(FRESH);
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (int i = 0; i < changes; i++) {
            sent.add(put(
                    domain,
                    "triggers/changed" + i + "?overwrite=true",
                    "{\"parameters\":[{\"key\":\"n\",\"value\":" + i + "}]}"));
            if (sent.size() == AT_ONCE) {
                sent.forEach(CompletableFuture::join);
                sent.clear();
            }
        }
        sent.forEach(CompletableFuture::join);
        long begin = System.nanoTime();
        domain.startSite(FRESH);
        long up = System.nanoTime();
        awaitCount(domain, "triggers", changes);
        out().printf(
                        Locale.ROOT,
                        "a site that was away for %d changes has them %.1f s after its start began, %.1f s of them"
                                + " until it was up%n",
                        changes,
                        (System.nanoTime() - begin) / 1e9,
                        (up - begin) / 1e9);
        out().flush();
    }

    private void awaitCount(CatalogDomain domain, String collection, int count) {
        awaitThat(
                "the fresh site has " + count + " " + collection,
                () -> get(domain, FRESH, collection + "?count=true")
                                .path(collection)
                                .asInt()
                        >= count);
    }

    private static void awaitThat(String what, Callable<Boolean> holds) {
        long end = System.nanoTime() + LIMIT.toNanos();
        try {
            while (!holds.call()) {
                if (System.nanoTime() > end) {
                    throw new BenchException("still not so after " + LIMIT + ": " + what);
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        } catch (BenchException e) {
            throw e;
        } catch (Exception e) {
            throw new BenchException("cannot find out whether " + what + ": " + e, e);
        }
    }

    private static String action(String code) {
        return JSON.createObjectNode()
                .set("exec", JSON.createObjectNode().put("kind", "nodejs:20").put("code", code))
                .toString();
    }

    private CompletableFuture<HttpResponse<String>> put(CatalogDomain domain, String path, String body) {
        return http.sendAsync(
                        request(domain, CatalogDomain.CENTRE, path)
                                .header("Content-Type", "application/json")
                                .PUT(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .thenApply(answer -> {
                    if (answer.statusCode() != 200) {
                        throw new BenchException("the centre answered " + answer.statusCode() + " " + answer.body());
                    }
                    return answer;
                });
    }

    private JsonNode get(CatalogDomain domain, String site, String path)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        return JSON.readTree(http.sendAsync(request(domain, site, path).build(), BodyHandlers.ofString())
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .body());
    }

    private static HttpRequest.Builder request(CatalogDomain domain, String site, String path) {
        return HttpRequest.newBuilder(URI.create(domain.apiHost(site) + "/api/v1/namespaces/_/" + path))
                .timeout(LIMIT)
                .header("Authorization", AuthKey.GUEST.basicHeader());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
