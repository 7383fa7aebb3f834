package io.fogwhisk.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
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
import java.util.function.IntFunction;
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

    @Option(
            names = "--pouchdb-server",
            defaultValue = "",
            description = "the program of that npm package, to follow it instead of an own centre")
    private String pouchdb = "";

    private final HttpClient http = CatalogSite.client();

    @Override
    public Integer call() throws IOException {
        if (sites < 1 || updates < 1 || entities < 1 || megabytes < 1 || changes < 1) {
            throw new BenchException("every number must be at least 1");
        }
        Path folder = Files.createTempDirectory("fogwhisk-bench-catalog-");
        try (CatalogCentre centre =
                pouchdb.isEmpty() ? new OwnCatalogCentre(folder) : new PouchDbCentre(pouchdb, folder)) {
            update(centre, folder);
            try (CatalogSite fresh = new CatalogSite("fresh", folder, centre)) {
                fill(centre);
                fresh(fresh);
                away(centre, fresh);
            }
        }
        return 0;
    }

    private void update(CatalogCentre centre, Path folder) {
        Histogram all = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
        List<CatalogSite> following = new ArrayList<>();
        try (ServiceGroup services = new ServiceGroup("bench-sites")) {
            for (int site = 1; site <= sites; site++) {
                CatalogSite next = services.own(new CatalogSite("dc-" + site, folder, centre));
                next.start();
                following.add(next);
            }
            // The first tenth warms up.
            for (int update = -updates / 10; update < updates; update++) {
                String code = "function main() { return {update: " + update + "}; }";
                long begin = System.nanoTime();
                centre.action("updated", code).join();
                for (CatalogSite site : following) {
                    awaitThat(
                            site + " has the update",
                            () -> get(site, "actions/updated")
                                    .path("exec")
                                    .path("code")
                                    .asText()
                                    .equals(code));
                }
                if (update >= 0) {
                    all.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin));
                }
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

    private void fill(CatalogCentre centre) {
        Random random = new Random(42);
        byte[] code = new byte[(int) (megabytes * 1_000_000L / entities * 3 / 4)];
        inTurns(entities, i -> {
            random.nextBytes(code);
            return centre.action("filled" + i, "// " + Base64.getEncoder().encodeToString(code));
        });
    }

    private static void inTurns(int count, IntFunction<CompletableFuture<?>> declaring) {
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add(declaring.apply(i));
            if (sent.size() == AT_ONCE) {
                sent.forEach(CompletableFuture::join);
                sent.clear();
            }
        }
        sent.forEach(CompletableFuture::join);
    }

    private void fresh(CatalogSite site) {
        long begin = System.nanoTime();
        site.start();
        long up = System.nanoTime();
        awaitCount(site, "actions", entities + 1);
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

    private void away(CatalogCentre centre, CatalogSite site) {
        site.close();
        inTurns(changes, i -> centre.trigger("changed" + i, i));
        long begin = System.nanoTime();
        site.start();
        long up = System.nanoTime();
        awaitCount(site, "triggers", changes);
        out().printf(
                        Locale.ROOT,
                        "a site that was away for %d changes has them %.1f s after its start began, %.1f s of them"
                                + " until it was up%n",
                        changes,
                        (System.nanoTime() - begin) / 1e9,
                        (up - begin) / 1e9);
        out().flush();
    }

    private void awaitCount(CatalogSite site, String collection, int count) {
        awaitThat(
                site + " has " + count + " " + collection,
                () -> get(site, collection + "?count=true").path(collection).asInt() >= count);
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

    /** Nothing while the site does not know the key: it has not heard of the namespace yet. */
    private JsonNode get(CatalogSite site, String path)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(site.apiHost() + "/api/v1/namespaces/_/" + path))
                .timeout(LIMIT)
                .header("Authorization", AuthKey.GUEST.basicHeader())
                .build();
        return JSON.readTree(http.sendAsync(request, BodyHandlers.ofString())
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .body());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
