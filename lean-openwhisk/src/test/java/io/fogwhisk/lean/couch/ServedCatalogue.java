package io.fogwhisk.lean.couch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.lean.catalog.EntityDocuments;
import io.fogwhisk.lean.catalog.IdentityDocuments;
import io.fogwhisk.lean.identity.IdentityFile;
import io.fogwhisk.lean.identity.NamespaceLimits;
import io.fogwhisk.lean.identity.SiteTokens;
import io.fogwhisk.lean.store.CodeText;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskEntity;
import io.fogwhisk.wsk.model.WhiskPackage;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A centre whose catalogue is served, in a folder. Closing it and opening another in the same folder is a restart. */
final class ServedCatalogue implements AutoCloseable {

    static final JsonMapper MAPPER = new JsonMapper();

    final EntityStore entities;
    final IdentityFile identities;
    final SiteTokens tokens;
    final DocumentLog log;
    final CouchServer server;
    private final HttpHost http = new HttpHost();
    private final HttpClient client = HttpClient.newHttpClient();

    ServedCatalogue(Path folder) {
        entities = new EntityStore("test-entities", folder.resolve("whisk.db"), Duration.ZERO);
        identities = new IdentityFile("test", folder, NamespaceLimits.DEFAULT);
        tokens = new SiteTokens("test", folder, Clock.systemUTC());
        log = new DocumentLog(
                "test",
                folder.resolve("catalog.db"),
                Map.of("whisks", new EntityDocuments(entities), "subjects", new IdentityDocuments(identities, tokens)),
                Duration.ZERO);
        server = new CouchServer(
                new CouchConfig("test", "127.0.0.1", 0, Optional.empty()), log, tokens, http, Clock.systemUTC());
        entities.start();
        identities.start();
        tokens.start();
        log.start();
        http.start();
        server.start();
    }

    /** Changes the entities in a folder whose centre is not running. */
    static void whileOff(Path folder, WhiskEntity put, WhiskEntity deleted) {
        try (EntityStore store = new EntityStore("off", folder.resolve("whisk.db"), Duration.ZERO)) {
            store.start();
            store.change(change -> {
                change.put(put);
                change.delete(deleted);
                return true;
            });
        }
    }

    static WhiskTrigger trigger(String name, Object value) {
        return new WhiskTrigger(
                QualifiedName.parse(name),
                SemVer.FIRST,
                false,
                List.of(),
                1,
                List.of(new KeyValue("value", MAPPER.valueToTree(value))),
                new TreeMap<>());
    }

    static WhiskPackage pkg(String name) {
        return new WhiskPackage(
                QualifiedName.parse(name), SemVer.FIRST, true, List.of(), 1, List.of(), Optional.empty());
    }

    void put(WhiskEntity... some) {
        entities.change(change -> {
            List.of(some).forEach(change::put);
            return true;
        });
    }

    void delete(WhiskEntity entity) {
        entities.change(change -> {
            change.delete(entity);
            return true;
        });
    }

    /** Declares an action; long code lies beside it. */
    WhiskAction action(String name, String code, boolean binary) {
        return entities.change(change -> {
            WhiskAction action = new WhiskAction(
                    QualifiedName.parse(name),
                    SemVer.FIRST,
                    false,
                    List.of(),
                    1,
                    List.of(),
                    new Exec.Code("nodejs:20", change.attach(CodeText.of(code)), binary, Optional.empty()),
                    Limits.DEFAULT);
            change.put(action);
            return action;
        });
    }

    Site site(String id) {
        return new Site(id, tokens.add(id));
    }

    static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.endpoint() + path)).timeout(Duration.ofSeconds(30));
    }

    HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    HttpClient client() {
        return client;
    }

    @Override
    public void close() {
        server.close();
        log.close();
        tokens.close();
        identities.close();
        entities.close();
        http.close();
    }

    /** A site's view of the catalogue. */
    final class Site {
        final String id;
        final String token;

        Site(String id, String token) {
            this.id = id;
            this.token = token;
        }

        String basic() {
            return "Basic " + Base64.getEncoder().encodeToString((id + ":" + token).getBytes(StandardCharsets.UTF_8));
        }

        HttpRequest.Builder to(String path) {
            return request(path).header("Authorization", basic());
        }

        HttpResponse<byte[]> get(String path) {
            return ServedCatalogue.this.send(to(path).build());
        }

        JsonNode json(String path) {
            return read(get(path));
        }

        JsonNode post(String path, String body) {
            return read(ServedCatalogue.this.send(to(path).header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build()));
        }

        HttpResponse<byte[]> send(String method, String path) {
            return ServedCatalogue.this.send(
                    to(path).method(method, HttpRequest.BodyPublishers.noBody()).build());
        }

        HttpResponse<byte[]> put(String path, String body) {
            return ServedCatalogue.this.send(
                    to(path).PUT(HttpRequest.BodyPublishers.ofString(body)).build());
        }

        /** The ids of all changes since a sequence number, in their order, those that are deleted with a minus. */
        List<String> changed(String database, String since) {
            List<String> ids = new ArrayList<>();
            json("/" + database + "/_changes?since=" + since)
                    .path("results")
                    .forEach(row -> ids.add((row.path("deleted").asBoolean() ? "-" : "")
                            + row.path("id").asText()));
            return ids;
        }

        String lastSeq(String database) {
            return json("/" + database).path("update_seq").asText();
        }
    }

    static JsonNode read(HttpResponse<byte[]> response) {
        try {
            return MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + new String(response.body(), StandardCharsets.UTF_8), e);
        }
    }
}
