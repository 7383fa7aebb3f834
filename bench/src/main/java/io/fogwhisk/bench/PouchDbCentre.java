package io.fogwhisk.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.client.RestEndpoint;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** The npm package {@code pouchdb-server} as the CouchDB of an Apache OpenWhisk, whose documents are put as that puts them. */
final class PouchDbCentre implements CatalogCentre {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofMillis(100);
    /** OpenWhisk keeps longer code beside its action. */
    private static final int INLINE = 16 * 1024;

    private final HttpClient http = CatalogSite.client();
    private final Map<String, String> revisions = new ConcurrentHashMap<>();
    private final String url = "http://127.0.0.1:" + Centre.freePort();
    private final Process process;

    /** Starts the program, with the databases of an OpenWhisk. */
    PouchDbCentre(String program, Path folder) throws IOException {
        Path data = Files.createDirectories(folder.resolve("pouchdb"));
        process = new ProcessBuilder(
                        program, "--port", url.replaceFirst(".*:", ""), "--dir", data.toString(), "--no-color")
                .directory(data.toFile())
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("log.txt").toFile())
                .start();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!create("whisks")) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new BenchException(program + " does not answer; see " + data.resolve("log.txt"));
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        boolean unused = create("subjects");
        ObjectNode subject = JSON.createObjectNode().put("subject", "guest");
        subject.putArray("namespaces")
                .addObject()
                .put("name", "guest")
                .put("uuid", AuthKey.GUEST.uuid().toString())
                .put("key", AuthKey.GUEST.secret());
        put("subjects", "guest", subject).join();
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public String token(String site) {
        return "";
    }

    @Override
    public CompletableFuture<?> action(String name, String code) {
        ObjectNode document = entity("action", name);
        document.putArray("parameters");
        document.putObject("limits").put("timeout", 60_000).put("memory", 256).put("logs", 10);
        ObjectNode exec = document.putObject("exec").put("kind", "nodejs:20").put("binary", false);
        if (code.length() <= INLINE) {
            exec.put("code", code);
        } else {
            byte[] bytes = code.getBytes(StandardCharsets.UTF_8);
            exec.putObject("code")
                    .put("attachmentName", "couch:code")
                    .put("attachmentType", "text/plain")
                    .put("digest", "sha256-0")
                    .put("length", bytes.length);
            document.putObject("_attachments")
                    .putObject("code")
                    .put("content_type", "text/plain")
                    .put("data", Base64.getEncoder().encodeToString(bytes));
        }
        return put("whisks", "guest/" + name, document);
    }

    @Override
    public CompletableFuture<?> trigger(String name, int value) {
        ObjectNode document = entity("trigger", name);
        document.putArray("parameters").addObject().put("key", "n").put("value", value);
        document.putObject("limits");
        return put("whisks", "guest/" + name, document);
    }

    private static ObjectNode entity(String type, String name) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("entityType", type).put("namespace", "guest").put("name", name);
        document.put("version", "0.0.1").put("publish", false).put("updated", System.currentTimeMillis());
        document.putArray("annotations");
        return document;
    }

    private boolean create(String database) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/" + database))
                .timeout(LIMIT)
                .PUT(BodyPublishers.noBody())
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 201;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    private CompletableFuture<?> put(String database, String id, ObjectNode document) {
        String known = revisions.get(database + "/" + id);
        if (known != null) {
            document.put("_rev", known);
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/" + database + "/" + RestEndpoint.encode(id)))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(document.toString()))
                .build();
        return http.sendAsync(request, BodyHandlers.ofString()).thenAccept(answer -> {
            if (answer.statusCode() != 201) {
                throw new BenchException("pouchdb-server answered " + answer.statusCode() + " " + answer.body());
            }
            try {
                revisions.put(
                        database + "/" + id,
                        JSON.readTree(answer.body()).path("rev").asText());
            } catch (IOException e) {
                throw new BenchException("pouchdb-server answered no JSON: " + answer.body(), e);
            }
        });
    }

    @Override
    public void close() {
        RoleProcesses.end(process);
    }
}
