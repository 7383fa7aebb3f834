package io.fogwhisk.lean.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.TestTool;
import io.fogwhisk.wsk.model.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server of the PouchDB project, which speaks as CouchDB does, in a child process. */
final class PouchDbServer implements UpstreamCatalog {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path node = TestTool.path("node");
    private final Path script;
    private final Path folder;
    private final int port;
    private @Nullable Process process;

    /**
     * Starts a server with the databases of an OpenWhisk.
     *
     * @param folder for its data
     */
    PouchDbServer(Path folder) {
        this.folder = folder;
        script = Path.of(System.getenv().getOrDefault("CATALOG_NODE_PATH", ""))
                .resolve("pouchdb-server/bin/pouchdb-server");
        if (!Files.exists(script)) {
            String why = "the npm package pouchdb-server is not in the folder CATALOG_NODE_PATH";
            if (System.getenv().getOrDefault("CI", "").equals("true")) {
                fail(why + ", and the build server must not skip a test");
            }
            abort(why);
        }
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        start();
        create("whisks");
        create("subjects");
    }

    @Override
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public Optional<String> user() {
        return Optional.empty();
    }

    @Override
    public Optional<String> password() {
        return Optional.empty();
    }

    @Override
    public void put(String database, String id, ObjectNode document) {
        String path = "/" + database + "/" + encoded(id);
        HttpResponse<String> before = send("GET", path, "");
        if (before.statusCode() == 200) {
            document.put("_rev", json(before).path("_rev").asText());
        }
        assertThat(send("PUT", path, document.toString()).statusCode()).isEqualTo(201);
    }

    @Override
    public void delete(String database, String id) {
        String path = "/" + database + "/" + encoded(id);
        String rev = json(send("GET", path, "")).path("_rev").asText();
        assertThat(send("DELETE", path + "?rev=" + rev, "").statusCode()).isEqualTo(200);
    }

    @Override
    public void drop(String database) {
        assertThat(send("DELETE", "/" + database, "").statusCode()).isEqualTo(200);
    }

    @Override
    public void create(String database) {
        assertThat(send("PUT", "/" + database, "").statusCode()).isEqualTo(201);
    }

    @Override
    public Optional<ObjectNode> report(String site) {
        HttpResponse<String> answer = send("GET", "/whisks/_local/fogwhisk-" + site, "");
        return answer.statusCode() == 200 ? Optional.of((ObjectNode) json(answer)) : Optional.empty();
    }

    @Override
    public void stop() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            try {
                assertThat(running.waitFor(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void start() {
        try {
            process = new ProcessBuilder(
                            node.toString(),
                            script.toString(),
                            "--port",
                            String.valueOf(port),
                            "--dir",
                            folder.resolve("data").toString())
                    .directory(Files.createDirectories(folder.resolve("data")).toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        await().atMost(LIMIT).until(this::answers);
    }

    @Override
    public void close() {
        stop();
    }

    private boolean answers() {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(url()).timeout(Duration.ofSeconds(2)).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private HttpResponse<String> send(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonObject.readTree(answer.body());
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8);
    }
}
