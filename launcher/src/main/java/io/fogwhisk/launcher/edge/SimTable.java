package io.fogwhisk.launcher.edge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.edge.sim.SimConfig;
import io.fogwhisk.edge.sim.SimReport;
import io.fogwhisk.launcher.LauncherException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints what runs showed, one line each, as soon as it is known. */
final class SimTable {

    private static final double MILLIS = 1e3;
    private static final String HEADER =
            "%-21s %-5s %7s %9s | %8s %8s %8s %8s | %8s %5s | %5s %5s %5s |" + " %8s %9s %9s %8s | %9s %7s%n";

    private final PrintWriter out;
    private final Format format;
    private final ObjectMapper mapper = new ObjectMapper();
    private boolean begun;

    /** How a line looks. */
    enum Format {
        /** Columns for people. */
        TEXT,
        /** Comma-separated values with a header. */
        CSV,
        /** One JSON object per line. */
        JSON
    }

    SimTable(PrintWriter out, Format format) {
        this.out = out;
        this.format = format;
    }

    void add(String policy, double load, SimConfig config, SimReport report) {
        switch (format) {
            case TEXT -> text(policy, config, report);
            case CSV -> csv(fields(policy, load, config, report));
            case JSON -> json(fields(policy, load, config, report));
        }
        begun = true;
        out.flush();
    }

    private void text(String policy, SimConfig config, SimReport report) {
        if (!begun) {
            out.printf(
                    Locale.ROOT,
                    HEADER,
                    "",
                    "",
                    "",
                    "",
                    "mean",
                    "p50",
                    "p95",
                    "p99",
                    "refused",
                    "",
                    "busy",
                    "",
                    "",
                    "control",
                    "control",
                    "per node",
                    "entries/",
                    "",
                    "real");
            out.printf(
                    Locale.ROOT,
                    HEADER,
                    "policy",
                    "table",
                    "routers",
                    "computers",
                    "ms",
                    "ms",
                    "ms",
                    "ms",
                    "share",
                    "hops",
                    "mean",
                    "dev",
                    "most",
                    "msg/s",
                    "B/s",
                    "msg/s",
                    "router",
                    "calls",
                    "s");
        }
        SimReport.Delay delay = report.delay();
        SimReport.Utilisation busy = report.utilisation();
        SimReport.Control control = report.control();
        out.printf(
                Locale.ROOT,
                "%-21s %-5s %7d %9d | %8.1f %8.1f %8.1f %8.1f | %8.4f %5.2f | %5.2f %5.2f %5.2f |"
                        + " %8.1f %9.0f %9.3f %8.1f | %9d %7.1f%n",
                policy,
                config.installer().name().toLowerCase(Locale.ROOT),
                config.routers(),
                config.computers(),
                delay.mean() * MILLIS,
                delay.p50() * MILLIS,
                delay.p95() * MILLIS,
                delay.p99() * MILLIS,
                report.refusedShare(),
                report.meanHops(),
                busy.mean(),
                busy.deviation(),
                busy.most(),
                control.messagesPerSecond(),
                control.bytesPerSecond(),
                control.messagesPerSecond() / (config.routers() + config.computers()),
                control.entriesPerRouter(),
                report.calls(),
                report.realSeconds());
    }

    private void csv(Map<String, Object> fields) {
        if (!begun) {
            out.println(String.join(",", fields.keySet()));
        }
        out.println(fields.values().stream().map(String::valueOf).collect(Collectors.joining(",")));
    }

    private void json(Map<String, Object> fields) {
        try {
            out.println(mapper.writeValueAsString(fields));
        } catch (JsonProcessingException e) {
            throw new LauncherException("the report cannot be written as JSON: " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> fields(String policy, double load, SimConfig config, SimReport report) {
        SimReport.Delay delay = report.delay();
        SimReport.Utilisation busy = report.utilisation();
        SimReport.Control control = report.control();
        int nodes = config.routers() + config.computers();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("policy", policy);
        fields.put("installer", config.installer().name().toLowerCase(Locale.ROOT));
        fields.put("routers", config.routers());
        fields.put("computers", config.computers());
        fields.put("load", load);
        fields.put("seed", config.seed());
        fields.put("calls", report.calls());
        fields.put("answered", report.answered());
        fields.put("refused", report.refused());
        fields.put("lost", report.lost());
        fields.put("refusedShare", report.refusedShare());
        fields.put("meanMillis", delay.mean() * MILLIS);
        fields.put("p50Millis", delay.p50() * MILLIS);
        fields.put("p95Millis", delay.p95() * MILLIS);
        fields.put("p99Millis", delay.p99() * MILLIS);
        fields.put("meanHops", report.meanHops());
        fields.put("utilisationMean", busy.mean());
        fields.put("utilisationDeviation", busy.deviation());
        fields.put("utilisationMost", busy.most());
        fields.put("controllerMessagesPerSecond", control.messagesPerSecond());
        fields.put("controllerBytesPerSecond", control.bytesPerSecond());
        fields.put("announcementsPerSecond", control.announcementsPerSecond());
        fields.put("nodeMessagesPerSecond", control.messagesPerSecond() / nodes);
        fields.put("nodeBytesPerSecond", control.bytesPerSecond() / nodes);
        fields.put("routerMessagesPerSecond", control.messagesPerRouter());
        fields.put("routerBytesPerSecond", control.bytesPerRouter());
        fields.put("computerMessagesPerSecond", control.messagesPerComputer());
        fields.put("computerBytesPerSecond", control.bytesPerComputer());
        fields.put("installMessages", control.installMessages());
        fields.put("installBytes", control.installBytes());
        fields.put("entriesPerRouter", control.entriesPerRouter());
        fields.put("mostEntries", control.mostEntries());
        fields.put("events", report.events());
        fields.put("virtualSeconds", report.virtualSeconds());
        fields.put("realSeconds", report.realSeconds());
        return fields;
    }
}
