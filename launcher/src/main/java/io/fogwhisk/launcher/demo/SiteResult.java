package io.fogwhisk.launcher.demo;

/**
 * What became of a site's readings.
 *
 * @param published by the sensors
 * @param acknowledged by the broker
 * @param stored complete readings in the site's database
 * @param lost acknowledged and not in the database
 * @param duplicated points beyond the first of their identity
 * @param aggregatesExpected windows times measurements
 * @param aggregatesFound those at the centre with the right values
 */
public record SiteResult(
        String site,
        long published,
        long acknowledged,
        long stored,
        long lost,
        long duplicated,
        int aggregatesExpected,
        int aggregatesFound) {

    /** Whether every promise was kept, and there was one to keep. */
    public boolean kept() {
        return acknowledged > 0 && lost == 0 && duplicated == 0 && aggregatesFound == aggregatesExpected;
    }

    /** The sum of two sites. */
    SiteResult plus(SiteResult other, String name) {
        return new SiteResult(
                name,
                published + other.published,
                acknowledged + other.acknowledged,
                stored + other.stored,
                lost + other.lost,
                duplicated + other.duplicated,
                aggregatesExpected + other.aggregatesExpected,
                aggregatesFound + other.aggregatesFound);
    }
}
