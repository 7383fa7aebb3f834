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

/** Lists what a running site set aside: readings that it could not read, and messages that no trigger took. */
@Command(
        name = "set-aside",
        description = "Lists the readings that a running site could not read and the messages that no trigger took,"
                + " with the reason.",
        mixinStandardHelpOptions = true)
public final class SetAsideCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--dashboard",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "of the site (default ${DEFAULT-VALUE})")
    private String dashboard = "";

    @Option(
            names = "--feeds",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:3000",
            description = "of the site's feed provider (default ${DEFAULT-VALUE})")
    private String feeds = "";

    @Override
    public Integer call() {
        JsonNode readings = ask("--dashboard", dashboard, "/api/set-aside");
        JsonNode messages = ask("--feeds", feeds, "/set-aside");
        print("reading", readings, List.of("time", "reason", "payload"));
        print("message", messages, List.of("at", "reason", "trigger", "topic", "bytes"));
        PrintWriter out = spec.commandLine().getOut();
        out.println(readings.size() + " readings and " + messages.size() + " messages set aside");
        out.flush();
        return 0;
    }

    private void print(String kind, JsonNode items, List<String> keys) {
        PrintWriter out = spec.commandLine().getOut();
        for (JsonNode item : items) {
            out.println(kind);
            keys.forEach(key -> out.printf("  %-8s %s%n", key, item.path(key).asText()));
        }
    }

    private static JsonNode ask(String option, String address, String path) {
        String url = address + path;
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
                    option + " must be an address such as http://127.0.0.1:8080, was " + address, e);
        } catch (IOException e) {
            throw new LauncherException(
                    "no site answers at " + url + ": is it running? (" + option + " names another)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while asking " + url, e);
        }
    }
}
