package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fogwhisk.wsk.model.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of a CouchDB as a follower asks for, whose answers a test decides about. */
final class ScriptedCatalog implements AutoCloseable {

    private static final Pattern NUMBER = Pattern.compile("(since|limit)=(\\d+)");

    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Map<String, Change> documents = new LinkedHashMap<>();
    private final AtomicInteger reports = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private int last;
    private boolean closed;
    private volatile int status = 200;
    private volatile String page = "";

    private record Answer(int status, String text) {}

    private record Change(int seq, String rev, boolean deleted, ObjectNode document) {}

    ScriptedCatalog() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(executor);
        server.createContext("/", this::answer);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Answers everything with a status and a page from now on; 200 and empty ends that. */
    void always(int code, String text) {
        status = code;
        page = text;
    }

    /** Answers one path so from now on, such as that of an attachment. */
    void answer(String path, int code, String text) {
        answers.put(path, new Answer(code, text));
    }

    /** How many requests came. */
    int requests() {
        return requests.get();
    }

    /** How many reports came. */
    int reports() {
        return reports.get();
    }

    synchronized void put(String id, ObjectNode document) {
        change(id, false, document);
    }

    synchronized void delete(String id) {
        change(id, true, JsonNodeFactory.instance.objectNode());
    }

    /** Goes back to an earlier state: without some documents, and with fewer changes. */
    synchronized void rollBack(int changes, String... without) {
        for (String id : without) {
            documents.remove(id);
        }
        last -= changes;
        notifyAll();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        server.stop(0);
        executor.shutdownNow();
    }

    private void change(String id, boolean deleted, ObjectNode document) {
        last++;
        documents.remove(id);
        documents.put(id, new Change(last, last + "-" + Integer.toHexString(document.hashCode()), deleted, document));
        notifyAll();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        byte[] asked = exchange.getRequestBody().readAllBytes();
        String text;
        int code = status;
        requests.incrementAndGet();
        Answer own = answers.get(path);
        try {
            if (code != 200 || !page.isEmpty()) {
                text = page;
            } else if (own != null) {
                code = own.status();
                text = own.text();
            } else if (path.equals("/")) {
                text = "{\"couchdb\":\"Welcome\",\"uuid\":\"one\"}";
            } else if (path.endsWith("/_changes")) {
                text = changes(query);
            } else if (path.endsWith("/_all_docs")) {
                text = all(query, new String(asked, StandardCharsets.UTF_8));
            } else if (path.contains("/_local/")) {
                reports.incrementAndGet();
                code = 403;
                text = "{\"error\":\"forbidden\"}";
            } else {
                text = info();
            }
        } catch (InterruptedException e) {
            code = 503;
            text = "";
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private synchronized String info() {
        long alive = documents.values().stream().filter(each -> !each.deleted()).count();
        return "{\"doc_count\":" + alive + ",\"update_seq\":" + last + ",\"instance_start_time\":\"0\"}";
    }

    private synchronized String changes(String query) throws InterruptedException {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        Matcher matcher = NUMBER.matcher(query);
        while (matcher.find()) {
            numbers.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
        }
        int since = numbers.getOrDefault("since", 0);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (query.contains("longpoll") && last <= since && !closed && System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode results = json.putArray("results");
        int reached = since;
        for (Map.Entry<String, Change> each : documents.entrySet()) {
            Change change = each.getValue();
            if (change.seq() > since && results.size() < numbers.getOrDefault("limit", Integer.MAX_VALUE)) {
                reached = change.seq();
                ObjectNode row = results.addObject().put("id", each.getKey()).put("seq", change.seq());
                row.putArray("changes").addObject().put("rev", change.rev());
                if (change.deleted()) {
                    row.put("deleted", true);
                } else if (query.contains("include_docs")) {
                    row.set("doc", change.document());
                }
            }
        }
        return json.put("last_seq", reached).toString();
    }

    private synchronized String all(String query, String body) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode rows = json.putArray("rows");
        JsonObject.readTree(body).path("keys").forEach(key -> {
            Change change = documents.get(key.asText());
            if (change != null && !change.deleted()) {
                ObjectNode row = rows.addObject().put("id", key.asText());
                row.putObject("value").put("rev", change.rev());
                if (query.contains("include_docs")) {
                    row.set("doc", change.document());
                }
            }
        });
        return json.toString();
    }
}
