package io.fogwhisk.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.launcher.LauncherException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the readings that a running site could not read. */
@Command(
        name = "set-aside",
        description = "Lists the readings that a running site could not read, with the reason. Messages that no trigger"
                + " took: see 'feeds set-aside'.",
        mixinStandardHelpOptions = true)
public final class SetAsideCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final List<String> KEYS = List.of("time", "reason", "payload");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--dashboard",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "of the site (default ${DEFAULT-VALUE})")
    private String dashboard = "";

    @Override
    public Integer call() {
        JsonNode readings = ask();
        PrintWriter out = spec.commandLine().getOut();
        for (JsonNode reading : readings) {
            out.println("reading");
            KEYS.forEach(key -> out.printf("  %-8s %s%n", key, reading.path(key).asText()));
        }
        out.println(readings.size() + " readings set aside");
        out.println("messages that no trigger took: fogwhisk feeds set-aside list");
        out.flush();
        return 0;
    }

    private JsonNode ask() {
        String url = dashboard + "/api/set-aside";
        try {
            HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build(), BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new LauncherException(url + " answered with status " + response.statusCode());
            }
            return new ObjectMapper().readTree(response.body());
        } catch (IllegalArgumentException e) {
            throw new LauncherException(
                    "--dashboard must be an address such as http://127.0.0.1:8080, was " + dashboard, e);
        } catch (IOException e) {
            throw new LauncherException(
                    "no site answers at " + url + ": is it running? (--dashboard names another)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while asking " + url, e);
        }
    }
}
