package io.fogwhisk.launcher.demo;

import io.fogwhisk.launcher.site.CatalogConfig;
import io.fogwhisk.launcher.site.InfluxTarget;
import io.fogwhisk.launcher.site.NamedTokens;
import io.fogwhisk.launcher.site.Ports;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.launcher.site.SiteConfig.Sample;
import io.fogwhisk.launcher.site.SiteRole;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the demo runs.
 *
 * @param sites data centres, 1 to 20
 * @param sensors of all sites together, at least one per site
 * @param rate readings per second of all sites together
 * @param length how long the sensors publish; empty until interrupted
 */
public record DemoPlan(int sites, int sensors, double rate, Optional<Duration> length) {

    /** The length of the aggregates' windows. */
    static final Duration WINDOW = Duration.ofSeconds(5);

    /** How long after its end a window is computed again. */
    static final Duration LATENESS = Duration.ofSeconds(15);

    private static final int PORT_STEP = 100;
    private static final int MAX_SITES = 20;

    /** Checks the ranges. */
    public DemoPlan {
        if (sites < 1 || sites > MAX_SITES) {
            throw new IllegalArgumentException("--sites must be 1 to " + MAX_SITES + ", was " + sites);
        }
        if (sensors < sites) {
            throw new IllegalArgumentException("--sensors must be at least one per site, was " + sensors);
        }
    }

    /** The configuration of the centre. */
    SiteConfig central(Path data) {
        SiteConfig base = SiteConfig.defaults();
        return site(base, "central", true, data, 0, base.centre(), Optional.empty());
    }

    /** The configuration of a data centre. */
    SiteConfig site(int number, Path data, InfluxTarget centre) {
        Sample sample = new Sample(
                "test", WINDOW.toSeconds() + "s", LATENESS.toSeconds() + "s", "*/" + WINDOW.toSeconds() + " * * * * *");
        return site(SiteConfig.defaults(), "dc-" + number, false, data, number, centre, Optional.of(sample));
    }

    /** How many sensors a site has: the first ones get one more when they don't divide evenly. */
    int sensorsOf(int number) {
        return sensors / sites + (number <= sensors % sites ? 1 : 0);
    }

    private static SiteConfig site(
            SiteConfig base,
            String id,
            boolean central,
            Path data,
            int number,
            InfluxTarget centre,
            Optional<Sample> sample) {
        return new SiteConfig(
                id,
                central,
                central ? base.roles().without(SiteRole.BROKER, SiteRole.FEEDS, SiteRole.EDGE) : base.roles(),
                data.resolve(id),
                base.host(),
                Ports.DEFAULT.plus(PORT_STEP * number),
                base.externalBroker(),
                base.openwhisk(),
                base.influx(),
                base.local(),
                centre,
                base.policy(),
                base.limits(),
                base.feeds(),
                new CatalogConfig(false, !central, true, NamedTokens.NONE, Optional.empty()),
                base.parameters(),
                sample);
    }
}
