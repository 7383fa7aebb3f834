package io.fogwhisk.bench;

import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Invokes an echo action of a running OpenWhisk, blocking, over HTTP, by callers that wait for each answer. */
@Command(
        name = "invoke",
        description = "Warm blocking invocations of an echo action over HTTP, at a running site.",
        mixinStandardHelpOptions = true)
final class InvokeLoad implements Callable<Integer> {

    private static final String ACTION = "/api/v1/namespaces/_/actions/bench-echo";
    private static final String NODE = "{\"exec\":{\"kind\":\"%s\",\"code\":\"function main(p) { return p }\"}}";
    private static final String PYTHON = "{\"exec\":{\"kind\":\"%s\",\"code\":\"def main(p):\\n    return p\\n\"}}";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--api", defaultValue = "http://127.0.0.1:3233", description = "default ${DEFAULT-VALUE}")
    private URI api = URI.create("http://127.0.0.1:3233");

    @Option(names = "--auth", description = "uuid:key; the default is OpenWhisk's well-known guest key")
    private String auth = AuthKey.GUEST.reveal();

    @Option(
            names = "--kind",
            defaultValue = "nodejs:default",
            description = "of the action, nodejs:... or python:... (default ${DEFAULT-VALUE})")
    private String kind = "";

    @Option(
            names = "--concurrency",
            split = ",",
            defaultValue = "1,16",
            description = "callers, one run for each number (default ${DEFAULT-VALUE})")
    private List<Integer> concurrency = List.of();

    @Option(names = "--for", defaultValue = "10s", description = "of each run (default ${DEFAULT-VALUE})")
    private String length = "";

    @Option(names = "--warm-up", defaultValue = "10s", description = "before each (default ${DEFAULT-VALUE})")
    private String warmUp = "";

    @Override
    public Integer call() {
        String authorization = AuthKey.parse(auth).basicHeader();
        String code = String.format(Locale.ROOT, kind.startsWith("python") ? PYTHON : NODE, kind);
        once("PUT", ACTION + "?overwrite=true", authorization, code);
        byte[] request = HttpLine.request(
                "POST", api, ACTION + "?blocking=true&result=true", authorization, "{\"name\":\"bench\",\"n\":42}");
        boolean well = true;
        try {
            for (int callers : concurrency) {
                run(callers, ConfigNode.parseDuration(warmUp), request);
                HttpCallers.Result result = run(callers, ConfigNode.parseDuration(length), request);
                well &= result.unexpected() == 0;
                report(callers, result);
            }
        } finally {
            once("DELETE", ACTION, authorization, "");
        }
        return well ? 0 : 1;
    }

    private HttpCallers.Result run(int callers, Duration time, byte[] request) {
        return HttpCallers.run(api, callers, time, 200, () -> request);
    }

    private void once(String method, String path, String authorization, String body) {
        try (HttpLine line = new HttpLine(api)) {
            int status = line.send(HttpLine.request(method, api, path, authorization, body));
            if (status != 200) {
                throw new BenchException(method + " " + path + " answered " + status + ": " + line.body());
            }
        }
    }

    private void report(int callers, HttpCallers.Result result) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%s c=%d: %.0f/s  p50 %.2f ms  p99 %.2f ms  max %.1f ms; the client itself took %.0f us each" + "%s%n",
                kind,
                callers,
                result.perSecond(),
                result.latency().getValueAtPercentile(50) / 1e3,
                result.latency().getValueAtPercentile(99) / 1e3,
                result.latency().getMaxValue() / 1e3,
                result.clientMicros(),
                result.complaint());
        out.flush();
    }
}
