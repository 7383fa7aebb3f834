package io.fogwhisk.launcher.demo;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows the sites' progress once a second: in place on a terminal, as plain lines elsewhere. Used by one thread. */
final class DemoScreen {

    private static final String ROW = "%-8s %11s %13s %11s %11s %12s";

    private final PrintWriter out;
    private final boolean inPlace;
    private final Map<String, SiteProgress> last = new HashMap<>();
    private int linesToRewrite;

    DemoScreen(PrintWriter out, boolean inPlace) {
        this.out = out;
        this.inPlace = inPlace;
    }

    /** Shows a second. */
    void show(long second, List<SiteProgress> sites) {
        if (inPlace) {
            showInPlace(second, sites);
        } else {
            for (SiteProgress site : sites) {
                SiteProgress before = last.getOrDefault(site.site(), new SiteProgress(site.site(), 0, 0, 0, 0, 0));
                out.printf(
                        Locale.ROOT,
                        "%4ds %-8s published %d (+%d) acknowledged %d fired %d stored %d (+%d) aggregates at central"
                                + " %d%n",
                        second,
                        site.site(),
                        site.published(),
                        site.published() - before.published(),
                        site.acknowledged(),
                        site.fired(),
                        site.stored(),
                        site.stored() - before.stored(),
                        site.aggregates());
            }
        }
        sites.forEach(site -> last.put(site.site(), site));
        out.flush();
    }

    private void showInPlace(long second, List<SiteProgress> sites) {
        if (linesToRewrite > 0) {
            out.print("\033[" + linesToRewrite + "A");
        }
        line(String.format(
                Locale.ROOT, ROW, second + " s", "published", "acknowledged", "fired", "stored", "at central"));
        for (SiteProgress site : sites) {
            line(String.format(
                    Locale.ROOT,
                    ROW,
                    site.site(),
                    site.published(),
                    site.acknowledged(),
                    site.fired(),
                    site.stored(),
                    site.aggregates()));
        }
        linesToRewrite = sites.size() + 1;
    }

    private void line(String text) {
        out.print("\033[2K" + text + System.lineSeparator());
    }

    /** Shows the end: a row per site and their sum. */
    void showResult(List<SiteResult> results) {
        String row = "%-8s %10s %13s %10s %6s %11s %20s%n";
        out.println();
        out.printf(
                Locale.ROOT,
                row,
                "site",
                "published",
                "acknowledged",
                "stored",
                "lost",
                "duplicated",
                "aggregates/expected");
        for (SiteResult result : results) {
            printRow(row, result);
        }
        if (results.size() > 1) {
            printRow(row, results.stream().reduce((a, b) -> a.plus(b, "all")).orElseThrow());
        }
        out.flush();
    }

    private void printRow(String row, SiteResult result) {
        out.printf(
                Locale.ROOT,
                row,
                result.site(),
                result.published(),
                result.acknowledged(),
                result.stored(),
                result.lost(),
                result.duplicated(),
                result.aggregatesFound() + "/" + result.aggregatesExpected());
    }
}
