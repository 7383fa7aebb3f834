package io.fogwhisk.launcher.doctor;

import java.util.Locale;

/** How long an outage may last. Stateless. */
final class Outage {

    private static final int MINUTE = 60;
    private static final int HOUR = 3_600;
    private static final int DAY = 86_400;

    private Outage() {}

    /** For how long a queue of so many messages is enough, at two rates. */
    static String covered(long messages) {
        return words(messages / 100.0) + " at 100 messages a second, " + words(messages / 1_000.0) + " at 1,000";
    }

    /** A duration in the unit that suits it. */
    static String words(double seconds) {
        if (seconds < 2 * MINUTE) {
            return number(seconds) + " s";
        }
        if (seconds < 2 * HOUR) {
            return number(seconds / MINUTE) + " min";
        }
        return seconds < 2 * DAY ? number(seconds / HOUR) + " h" : number(seconds / DAY) + " days";
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.format(Locale.ROOT, "%.1f", value);
    }
}
