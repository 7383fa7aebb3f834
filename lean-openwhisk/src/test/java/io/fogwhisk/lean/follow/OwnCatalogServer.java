package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.lean.couch.CouchConfig;
import io.fogwhisk.lean.couch.CouchServer;
import io.fogwhisk.lean.couch.DocumentLog;
import io.fogwhisk.lean.couch.SiteReport;
import io.fogwhisk.lean.identity.SiteTokens;
import io.fogwhisk.wsk.EntityListing.Registration;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.CatalogDocument.Attachment;
import io.fogwhisk.wsk.catalog.DocumentSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The catalogue's own server, over documents that are only in memory; to take a database away it begins anew. */
final class OwnCatalogServer implements UpstreamCatalog {

    private final Map<String, Documents> databases = new LinkedHashMap<>();
    private final Path folder;
    private final int port;
    private final String token;
    private @Nullable ServiceGroup running;
    private @Nullable DocumentLog log;

    OwnCatalogServer(Path folder) {
        this.folder = folder;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        try (SiteTokens tokens = new SiteTokens("test", folder, Clock.systemUTC())) {
            token = tokens.add("site-1");
        }
        databases.put("whisks", new Documents());
        databases.put("subjects", new Documents());
        start();
    }

    /** The documents of one database. */
    private static final class Documents implements DocumentSource {
        private final Map<String, Object> all = new ConcurrentHashMap<>();
        private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

        @Override
        public Map<String, Object> documents() {
            return new HashMap<>(all);
        }

        @Override
        public CatalogDocument render(String id, Object value, String reader) {
            return (CatalogDocument) value;
        }

        @Override
        public Registration onChange(Runnable listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }

        void changed() {
            listeners.forEach(Runnable::run);
        }
    }

    @Override
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public Optional<String> user() {
        return Optional.of("site-1");
    }

    @Override
    public Optional<String> password() {
        return Optional.of(token);
    }

    @Override
    public void put(String database, String id, ObjectNode document) {
        ObjectNode body = document.deepCopy();
        Map<String, Attachment> attachments = new HashMap<>();
        JsonNode inline = body.remove("_attachments");
        if (inline != null) {
            inline.properties()
                    .forEach(each -> attachments.put(
                            each.getKey(),
                            new Attachment(
                                    each.getValue().path("content_type").asText(),
                                    Base64.getDecoder()
                                            .decode(each.getValue().path("data").asText()))));
        }
        Documents documents = find(database);
        documents.all.put(id, new CatalogDocument(body, attachments));
        documents.changed();
    }

    @Override
    public void delete(String database, String id) {
        Documents documents = find(database);
        documents.all.remove(id);
        documents.changed();
    }

    @Override
    public void drop(String database) {
        stop();
        databases.remove(database);
        for (String file : new String[] {"catalog.db", "catalog.db-wal", "catalog.db-shm"}) {
            try {
                Files.deleteIfExists(folder.resolve(file));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        start();
    }

    @Override
    public void create(String database) {
        stop();
        databases.put(database, new Documents());
        start();
    }

    @Override
    public Optional<ObjectNode> report(String site) {
        DocumentLog asked = log;
        return asked == null
                ? Optional.empty()
                : asked.reports().stream()
                        .filter(report -> report.site().equals(site))
                        .map(SiteReport::body)
                        .findFirst();
    }

    @Override
    public void stop() {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    @Override
    public void start() {
        ServiceGroup services = new ServiceGroup("test-catalogue");
        running = services;
        SiteTokens tokens = services.start(new SiteTokens("test", folder, Clock.systemUTC()));
        DocumentLog started = services.start(
                new DocumentLog("test", folder.resolve("catalog.db"), Map.copyOf(databases), Duration.ZERO));
        log = started;
        HttpHost http = services.start(new HttpHost());
        services.start(new CouchServer(
                new CouchConfig("test", "127.0.0.1", port, Optional.empty()),
                started,
                tokens,
                http,
                Clock.systemUTC()));
    }

    @Override
    public void close() {
        stop();
    }

    private Documents find(String database) {
        Documents documents = databases.get(database);
        if (documents == null) {
            throw new AssertionError("there is no database " + database);
        }
        return documents;
    }
}
