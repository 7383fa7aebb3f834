package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.http.Authorities;
import io.fogwhisk.base.http.HttpException;
import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.lean.follow.CatalogException.Reason;
import io.fogwhisk.lean.identity.SealedKey;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.client.RestEndpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks a CouchDB, or what speaks like one. Only what is certainly its answer counts as one: a page of a proxy says
 * nothing about which documents there are. Every method but the constructor throws {@link CatalogException}.
 *
 * <p>Threads: any; two of its own read answers. A caller waits for a bounded time.
 */
final class CatalogClient implements AutoCloseable {

    /** The longest answer with several documents. */
    static final int MAX_PAGE = 16 << 20;
    /** The longest single document or attachment: OpenWhisk's longest code as base64. */
    static final int MAX_DOCUMENT = 64 << 20;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration MISSED_HEARTBEATS = HEARTBEAT.multipliedBy(3);
    /** A server that heeds the time limit itself ends the answer cleanly before we break it off. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final String base;
    private final @Nullable String authorization;
    private final Duration poll;
    private final ExecutorService executor;
    private final HttpClient client;
    private volatile boolean closed;

    /**
     * A client; nothing is sent yet.
     *
     * @throws io.fogwhisk.wsk.WskException if the file of the authority can't be read
     */
    CatalogClient(FollowConfig config) {
        String url = config.url().toString();
        base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        authorization = config.password()
                .map(password -> "Basic "
                        + Base64.getEncoder()
                                .encodeToString((config.user().orElse(config.name()) + ":" + SealedKey.login(password))
                                        .getBytes(StandardCharsets.UTF_8)))
                .orElse(null);
        poll = config.poll();
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_LIMIT);
        config.authority().ifPresent(file -> builder.sslContext(trusting(file)));
        executor = Executors.newFixedThreadPool(2, NamedThreads.pool(config.name() + "-catalogue"));
        client = builder.executor(executor).build();
    }

    private static SSLContext trusting(Path authority) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, Authorities.of(Optional.of(authority)).getTrustManagers(), null);
            return context;
        } catch (HttpException | GeneralSecurityException e) {
            throw new WskException("the catalogue's authority: " + e.getMessage(), e);
        }
    }

    /** The URL, for messages. */
    String centre() {
        return base;
    }

    /** The uuid of the server; empty if it has none. */
    String server() throws InterruptedException {
        ObjectNode welcome = object("the welcome", answer(get("/"), MAX_PAGE));
        boolean couch = welcome.path("couchdb").isTextual()
                || welcome.path("express-pouchdb").isTextual();
        if (!couch) {
            throw stranger("it does not welcome like a CouchDB");
        }
        return welcome.path("uuid").asText("");
    }

    /**
     * How a database is.
     *
     * @param documents how many there are
     * @param last sequence number
     * @param born when the database, or its server, began; empty or {@code 0} if it does not say
     */
    record DatabaseInfo(long documents, String last, String born) {}

    /** How a database is. */
    DatabaseInfo database(String name) throws InterruptedException {
        ObjectNode info =
                object("the state of database " + name, answer(get("/" + RestEndpoint.encode(name)), MAX_PAGE));
        if (!info.path("doc_count").isIntegralNumber() || !info.has("update_seq")) {
            throw stranger("it does not say how database " + name + " is");
        }
        return new DatabaseInfo(
                info.path("doc_count").longValue(),
                info.path("update_seq").asText(),
                info.path("instance_start_time").asText(""));
    }

    /** The next changes of a database; returns at once. */
    Row.Page changes(String database, String since, int limit, boolean documents) throws InterruptedException {
        String query =
                "?since=" + RestEndpoint.encode(since) + "&limit=" + limit + (documents ? "&include_docs=true" : "");
        return page(database, answer(get("/" + RestEndpoint.encode(database) + "/_changes" + query), MAX_PAGE));
    }

    /**
     * The next changes of a database with their documents, as soon as there are some.
     *
     * @param wanted asked some times a second, whether they are still waited for
     * @return without rows if there were none for the longest wait, or they are not wanted any more
     */
    Row.Page poll(String database, String since, int limit, BooleanSupplier wanted) throws InterruptedException {
        String query = "?feed=longpoll&include_docs=true&since=" + RestEndpoint.encode(since) + "&limit=" + limit
                + "&heartbeat=" + HEARTBEAT.toMillis() + "&timeout=" + poll.toMillis();
        CatalogRequest request = send(get("/" + RestEndpoint.encode(database) + "/_changes" + query), MAX_PAGE);
        Optional<HttpResponse<byte[]>> response = request.await(MISSED_HEARTBEATS, poll.plus(GRACE), wanted);
        return response.isPresent() ? page(database, checked(response.get())) : new Row.Page(List.of(), since, 0);
    }

    /** Documents as they are now, by their ids; without those that are not there. */
    Map<String, Row> documents(String database, Collection<String> ids) throws InterruptedException {
        return rows(database, ids, "?include_docs=true", ids.size() == 1 ? MAX_DOCUMENT : MAX_PAGE);
    }

    /** The revisions of documents, by their ids; without those that are not there. */
    Map<String, Row> revisions(String database, Collection<String> ids) throws InterruptedException {
        return rows(database, ids, "", MAX_PAGE);
    }

    private Map<String, Row> rows(String database, Collection<String> ids, String query, int max)
            throws InterruptedException {
        ObjectNode keys = JsonNodeFactory.instance.objectNode();
        ids.forEach(keys.putArray("keys")::add);
        HttpRequest request = request("/" + RestEndpoint.encode(database) + "/_all_docs" + query)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(keys.toString()))
                .build();
        ObjectNode json = object("documents of database " + database, answer(request, max));
        if (!json.path("rows").isArray()) {
            throw stranger("it does not list documents of database " + database);
        }
        Map<String, Row> found = new HashMap<>();
        for (JsonNode row : json.path("rows")) {
            String id = row.path("id").textValue();
            String rev = row.path("value").path("rev").textValue();
            if (id != null && rev != null && !row.path("value").path("deleted").asBoolean(false)) {
                Optional<ObjectNode> document =
                        row.path("doc") instanceof ObjectNode doc ? Optional.of(doc) : Optional.empty();
                found.put(id, new Row(id, rev, false, document, Optional.empty()));
            }
        }
        return found;
    }

    /** Asks for an attachment; {@link #bytes} has the answer. */
    CatalogRequest attachment(String database, String id, String name) {
        return send(
                get("/" + RestEndpoint.encode(database) + "/" + RestEndpoint.encode(id) + "/"
                        + RestEndpoint.encode(name)),
                MAX_DOCUMENT);
    }

    /** The answer to {@link #attachment}. */
    byte[] bytes(CatalogRequest request) throws InterruptedException {
        return checked(whole(request)).body();
    }

    /** The revision of a local document; empty if it is not there. */
    Optional<String> localRevision(String database, String name) throws InterruptedException {
        try {
            ObjectNode json = object(
                    "a report",
                    answer(
                            get("/" + RestEndpoint.encode(database) + "/_local/" + RestEndpoint.encode(name)),
                            MAX_PAGE));
            return Optional.ofNullable(json.path("_rev").textValue());
        } catch (CatalogException e) {
            if (e.reason() == Reason.MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * How putting a local document ended.
     *
     * @param status of the answer
     * @param rev the new revision, if the answer says
     */
    record Put(int status, Optional<String> rev) {}

    /** Puts a local document. */
    Put putLocal(String database, String name, ObjectNode document) throws InterruptedException {
        HttpRequest request = request("/" + RestEndpoint.encode(database) + "/_local/" + RestEndpoint.encode(name))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(document.toString()))
                .build();
        HttpResponse<byte[]> response = whole(send(request, MAX_PAGE));
        return new Put(
                response.statusCode(),
                Optional.ofNullable(parsed(response.body()).path("rev").textValue()));
    }

    /** Gives up what is asked for. */
    void stop() {
        closed = true;
    }

    /** Ends the threads; requests under way fail. */
    @Override
    public void close() {
        closed = true;
        executor.shutdownNow();
    }

    private HttpRequest get(String path) {
        return request(path).GET().build();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "application/json, */*");
        if (authorization != null) {
            builder.header("Authorization", authorization);
        }
        return builder;
    }

    private CatalogRequest send(HttpRequest request, int max) {
        return new CatalogRequest(client, request, base, max);
    }

    private HttpResponse<byte[]> answer(HttpRequest request, int max) throws InterruptedException {
        return checked(whole(send(request, max)));
    }

    private HttpResponse<byte[]> whole(CatalogRequest request) throws InterruptedException {
        return request.await(SILENCE, LIMIT, () -> !closed)
                .orElseThrow(() ->
                        new CatalogException(Reason.AWAY, "the catalogue " + base + " sends an answer too slowly"));
    }

    private HttpResponse<byte[]> checked(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status == 200) {
            return response;
        }
        String path = response.uri().getPath();
        if (status == 401 || status == 403) {
            throw new CatalogException(
                    Reason.FORBIDDEN, "the catalogue " + base + " refuses the credentials, " + status + " to " + path);
        }
        if (status == 429) {
            throw new CatalogException(
                    Reason.FORBIDDEN,
                    "the catalogue " + base + " refuses more log-ins for now: is the token right? (429 to " + path
                            + ")");
        }
        if (status == 404 && parsed(response.body()).path("error").isTextual()) {
            throw new CatalogException(Reason.MISSING, "the catalogue " + base + " does not have " + path + " yet");
        }
        if (status == 404) {
            throw stranger("its answer to " + path + " is 404");
        }
        throw new CatalogException(Reason.FAILED, "the catalogue " + base + " answered " + status + " to " + path);
    }

    private Row.Page page(String database, HttpResponse<byte[]> response) {
        ObjectNode json = object("changes of database " + database, response);
        if (!json.path("results").isArray() || !json.has("last_seq")) {
            throw stranger("it does not list changes of database " + database);
        }
        List<Row> rows = new ArrayList<>();
        for (JsonNode row : json.path("results")) {
            String id = row.path("id").textValue();
            String rev = row.path("changes").path(0).path("rev").textValue();
            if (id == null || rev == null) {
                throw stranger("it lists a change of database " + database + " without id or revision");
            }
            boolean deleted = row.path("deleted").asBoolean(false);
            Optional<ObjectNode> document =
                    row.path("doc") instanceof ObjectNode doc && !deleted ? Optional.of(doc) : Optional.empty();
            rows.add(new Row(id, rev, deleted, document, Optional.empty()));
        }
        return new Row.Page(
                rows,
                json.path("last_seq").asText(),
                Math.max(0, json.path("pending").asLong(0)));
    }

    private ObjectNode object(String what, HttpResponse<byte[]> response) {
        byte[] body = response.body();
        try {
            if (DocumentJson.read(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException | RuntimeException e) {
            // A document may be nested too deeply, or have a number beyond any decimal.
            if (body.length > 0 && firstLetter(body) == '{') {
                String why = e instanceof IOException ? String.valueOf(e.getMessage()) : String.valueOf(e);
                throw new CatalogException(
                        Reason.UNREADABLE, what + " of the catalogue " + base + " cannot be read: " + why);
            }
        }
        throw stranger(what + " is not JSON");
    }

    private static int firstLetter(byte[] body) {
        for (byte each : body) {
            if (each > ' ') {
                return each;
            }
        }
        return 0;
    }

    private static JsonNode parsed(byte[] body) {
        try {
            return DocumentJson.read(body);
        } catch (IOException | RuntimeException e) {
            return MissingNode.getInstance();
        }
    }

    private CatalogException stranger(String why) {
        return new CatalogException(Reason.STRANGER, "what answers at " + base + " is not a CouchDB: " + why);
    }
}
