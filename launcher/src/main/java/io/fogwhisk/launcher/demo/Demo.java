package io.fogwhisk.launcher.demo;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.site.InfluxTarget;
import io.fogwhisk.launcher.site.Site;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.launcher.site.SitePoster;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The centre and some data centres in this JVM, with simulated sensors, in a temporary folder. Used by one thread.
 */
public final class Demo implements Service {

    private static final Duration ACKNOWLEDGE_LIMIT = Duration.ofSeconds(30);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final DemoPlan plan;
    private final PrintWriter out;
    private final DemoScreen screen;
    private final ServiceGroup services = new ServiceGroup("demo");
    private final List<DemoSite> sites = new ArrayList<>();
    private Optional<Path> folder = Optional.empty();

    /**
     * A demo that is not started.
     *
     * @param inPlace whether {@code out} is a terminal
     */
    public Demo(DemoPlan plan, PrintWriter out, boolean inPlace) {
        this.plan = plan;
        this.out = out;
        this.screen = new DemoScreen(out, inPlace);
    }

    /** Starts the sites, tells how to use them, and lets the sensors publish. */
    @Override
    public void start() {
        Path data = temporaryFolder();
        folder = Optional.of(data);
        Clock clock = Clock.systemUTC();
        HttpHost http = services.start(new HttpHost());
        Site central = services.start(new Site(plan.central(data), http, clock));
        announce(central);
        InfluxTarget centre = new InfluxTarget(
                Optional.of(central.addresses().localUrl()),
                Optional.of(central.addresses().localToken()),
                central.config().centre().bucket());
        for (int number = 1; number <= plan.sites(); number++) {
            Site site = services.start(new Site(plan.site(number, data, centre), http, clock));
            announce(site);
            sites.add(demoSite(site, number));
        }
        sites.forEach(site -> services.start(site.sensors()));
    }

    /**
     * Shows the progress each second until the sensors' time is over or it is told to stop.
     *
     * @param interrupted waits for the given time and tells whether to stop
     */
    public void watch(Predicate<Duration> interrupted) {
        long start = System.nanoTime();
        long end = plan.length().map(length -> start + length.toNanos()).orElse(Long.MAX_VALUE);
        for (long second = 1; ; second++) {
            long wait = Math.min(start + second * 1_000_000_000L, end) - System.nanoTime();
            if (interrupted.test(Duration.ofNanos(Math.max(0, wait)))) {
                return;
            }
            showProgress(second);
            if (System.nanoTime() >= end) {
                return;
            }
        }
    }

    /**
     * Stops the sensors, waits for the last acknowledgement and the last window, and compares.
     *
     * @param interrupted waits for the given time and tells whether to stop waiting
     * @return true if nothing was lost
     */
    public boolean settle(Predicate<Duration> interrupted) {
        sites.forEach(site -> site.sensors().stopPublishing());
        Instant until = Instant.now().plus(DemoPlan.WINDOW);
        await(
                ACKNOWLEDGE_LIMIT,
                interrupted,
                () -> sites.stream().allMatch(site -> site.ledger().outstanding() == 0));
        await(DemoPlan.WINDOW.multipliedBy(2), interrupted, () -> Instant.now().isAfter(until));
        List<SiteResult> results = new ArrayList<>();
        await(SETTLE_LIMIT, interrupted, () -> {
            results.clear();
            sites.forEach(site -> results.add(site.audit(DemoPlan.WINDOW, until)));
            return results.stream().allMatch(SiteResult::kept);
        });
        screen.showResult(results);
        boolean kept = !results.isEmpty() && results.stream().allMatch(SiteResult::kept);
        out.println(kept ? "nothing was lost" : "PROMISES WERE BROKEN: see the table");
        out.flush();
        return kept;
    }

    @Override
    public void close() {
        sites.forEach(site -> {
            site.local().close();
            site.centre().close();
        });
        services.close();
        folder.ifPresent(Demo::delete);
        folder = Optional.empty();
    }

    private DemoSite demoSite(Site site, int number) {
        SiteConfig config = site.config();
        Ledger ledger = new Ledger();
        Sensors sensors = new Sensors(
                new Sensors.Plan(
                        config.id(),
                        number,
                        config.host(),
                        config.ports().mqtt(),
                        config.sample().map(SiteConfig.Sample::topic).orElseThrow(),
                        plan.sensorsOf(number),
                        plan.rate() * plan.sensorsOf(number) / plan.sensors()),
                ledger);
        var addresses = site.addresses();
        return new DemoSite(
                site,
                number,
                sensors,
                ledger,
                new FluxClient(
                        addresses.localUrl(),
                        config.influxOrg(),
                        addresses.localToken(),
                        config.local().bucket()),
                new FluxClient(
                        addresses.centralUrl(),
                        config.influxOrg(),
                        addresses.centralToken(),
                        config.centre().bucket()));
    }

    private void announce(Site site) {
        SitePoster.lines(site, "").forEach(out::println);
        out.println();
        out.flush();
    }

    private void showProgress(long second) {
        screen.show(second, sites.stream().map(DemoSite::progress).toList());
    }

    private static void await(Duration limit, Predicate<Duration> interrupted, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            if (interrupted.test(LOOK)) {
                return;
            }
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("fogwhisk-demo-");
        } catch (IOException e) {
            throw new LauncherException("cannot create a temporary folder for the demo: " + e, e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new LauncherException("cannot delete the demo's folder " + folder + ": " + e, e);
        }
    }
}
