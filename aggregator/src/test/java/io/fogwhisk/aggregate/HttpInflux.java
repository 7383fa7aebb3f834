package io.fogwhisk.aggregate;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/**
 * A small server of the InfluxDB 2 HTTP API on a real socket: it keeps points, and can refuse lines, fail, hold its
 * answers back, go away and come back on the same port.
 */
public final class HttpInflux implements AutoCloseable {

    /** A write request as it arrived. */
    public record Write(String bucket, String org, String precision, String authorization, String lines) {}

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Write> writes = new CopyOnWriteArrayList<>();
    private final List<String> queries = new CopyOnWriteArrayList<>();
    private final Map<String, String> points = new TreeMap<>();
    private final Semaphore arrived = new Semaphore(0);
    private volatile Predicate<String> refused = line -> false;
    private volatile String refusedToken = "";
    private volatile int failure;
    private volatile int queryFailure;
    private volatile String retryAfter = "";
    private volatile int proxyFailure;
    private volatile int proxyLimit;
    private volatile String location = "";
    private volatile String queryAnswer = "";
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private HttpServer server;
    private int port;

    /** A server that is up. */
    public HttpInflux() {
        up();
    }

    /** Where it listens, also while it is down. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Listens, on the same port as before if there was one. */
    public void up() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        port = server.getAddress().getPort();
        server.createContext("/api/v2/write", this::write);
        server.createContext("/api/v2/query", this::query);
        server.createContext("/elsewhere", exchange -> answer(exchange, 204, ""));
        server.setExecutor(threads);
        server.start();
    }

    /** Refuses connections. */
    public void down() {
        server.stop(0);
    }

    /** Answers every write with a status; 0 ends that. */
    public void failWith(int status) {
        failure = status;
    }

    /** Answers every write with a token as one that is not known. */
    public void refuseToken(String token) {
        refusedToken = token;
    }

    /** Asks with each failure to be left alone for so long; empty ends that. */
    public void askFor(String wait) {
        retryAfter = wait;
    }

    /** Names another place in each answer that {@link #failWith} asks for; there, every write is confirmed in vain. */
    public void leadTo(String url) {
        location = url;
    }

    /** Has a proxy in front answer every write of more than so many characters with a status; 0 ends that. */
    public void proxyFailsWith(int status, int limit) {
        proxyFailure = status;
        proxyLimit = limit;
    }

    /** Answers every query with a status; 0 ends that. */
    public void failQueriesWith(int status) {
        queryFailure = status;
    }

    /** Refuses the lines that match, with 400, and keeps the others of the request. */
    public void refuse(Predicate<String> lines) {
        refused = lines;
    }

    /** Holds answers back until {@link #release}. */
    public void hold() {
        gate = new CountDownLatch(1);
    }

    /** Ends {@link #hold}. */
    public void release() {
        gate.countDown();
    }

    /** Waits until one more write request has arrived. */
    public void awaitWrite() throws InterruptedException {
        if (!arrived.tryAcquire(20, TimeUnit.SECONDS)) {
            throw new AssertionError("no write arrived");
        }
    }

    /** Answers queries with this CSV instead of computing. */
    public void answerQueriesWith(String csv) {
        queryAnswer = csv;
    }

    /** The write requests so far. */
    public List<Write> writes() {
        return List.copyOf(writes);
    }

    /** The Flux queries so far, as JSON. */
    public List<String> queries() {
        return List.copyOf(queries);
    }

    /** The points of a bucket: fields by series and time. */
    public Map<String, String> points(String bucket) {
        Map<String, String> found = new TreeMap<>();
        synchronized (points) {
            points.forEach((key, fields) -> {
                if (key.startsWith(bucket + "|")) {
                    found.put(key.substring(bucket.length() + 1), fields);
                }
            });
        }
        return found;
    }

    @Override
    public void close() {
        release();
        server.stop(0);
        threads.shutdownNow();
    }

    private void write(HttpExchange exchange) throws IOException {
        boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        InputStream body = gzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
        String lines = new String(body.readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> params = params(exchange);
        writes.add(new Write(
                params.getOrDefault("bucket", ""),
                params.getOrDefault("org", ""),
                params.getOrDefault("precision", ""),
                String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                lines));
        arrived.release();
        awaitGate();
        if (proxyFailure != 0 && lines.length() > proxyLimit) {
            answer(exchange, proxyFailure, "<html><body>the proxy's page of errors</body></html>");
            return;
        }
        if (!refusedToken.isEmpty()
                && ("Token " + refusedToken).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, "{\"code\":\"unauthorized\",\"message\":\"unauthorized access\"}");
            return;
        }
        if (failure != 0) {
            if (!retryAfter.isEmpty()) {
                exchange.getResponseHeaders().set("Retry-After", retryAfter);
            }
            if (!location.isEmpty()) {
                exchange.getResponseHeaders().set("Location", location);
            }
            answer(exchange, failure, "{\"code\":\"error\",\"message\":\"told to fail with " + failure + "\"}");
            return;
        }
        String bad = null;
        for (String line : lines.split("\n", -1)) {
            if (refused.test(line)) {
                bad = line;
            } else {
                String[] parts = line.split("(?<!\\\\) ", -1);
                synchronized (points) {
                    points.put(params.getOrDefault("bucket", "") + "|" + parts[0] + " " + parts[2], parts[1]);
                }
            }
        }
        if (bad == null) {
            answer(exchange, 204, "");
        } else {
            answer(exchange, 400, "{\"code\":\"invalid\",\"message\":\"partial write: refused a line\"}");
        }
    }

    private void awaitGate() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void query(HttpExchange exchange) throws IOException {
        String json = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        queries.add(json);
        if (queryFailure != 0) {
            answer(
                    exchange,
                    queryFailure,
                    "{\"code\":\"error\",\"message\":\"told to fail with " + queryFailure + "\"}");
        } else {
            answer(exchange, 200, queryAnswer.isEmpty() ? compute(json) : queryAnswer);
        }
    }

    /** The naive way: every value of the range, sorted, by window, measurement and data centre. */
    private String compute(String json) {
        String bucket = between(json, "from(bucket: \\\"", "\\\")");
        long start = nanos(between(json, "range(start: ", ", stop"));
        long stop = nanos(between(json, ", stop: ", ")"));
        long every = json.contains("every: ") ? seconds(json, "every: ") : stop - start;
        Map<String, List<Double>> series = new TreeMap<>();
        points(bucket).forEach((key, fields) -> {
            String[] parts = key.split("(?<!\\\\) ", -1);
            long time = Long.parseLong(parts[1]);
            if (time >= start && time < stop) {
                String[] tags = parts[0].split("(?<!\\\\),", -1);
                Instant window = Instant.ofEpochMilli((start + (time - start) / every * every) / 1_000_000);
                String name = tags[0] + ",value," + tags[1].substring("datacenter_id=".length()) + "," + window;
                series.computeIfAbsent(name, any -> new ArrayList<>())
                        .add(Double.valueOf(fields.substring("value=".length())));
            }
        });
        StringBuilder csv = new StringBuilder();
        for (String function : List.of("avg", "min", "max", "median", "count")) {
            Map<String, String> rows = new TreeMap<>();
            series.forEach((name, values) -> rows.put(name, apply(function, values)));
            if (!rows.isEmpty()) {
                csv.append(csv(function, rows));
            }
        }
        return csv.length() == 0 ? "\r\n" : csv.toString();
    }

    /** One result as the server writes it. */
    private static String csv(String result, Map<String, String> rows) {
        StringBuilder csv = new StringBuilder("#datatype,string,long,string,string,string,dateTime:RFC3339,")
                .append(result.equals("count") ? "long" : "double")
                .append("\r\n#group,false,false,true,true,true,false,false\r\n#default,")
                .append(result)
                .append(",,,,,,\r\n,result,table,_measurement,_field,datacenter_id,_time,_value\r\n");
        int table = 0;
        for (Map.Entry<String, String> row : rows.entrySet()) {
            csv.append(",,").append(table++).append(',').append(row.getKey()).append(',');
            csv.append(row.getValue()).append("\r\n");
        }
        return csv.append("\r\n").toString();
    }

    private static long seconds(String json, String before) {
        String text = json.substring(json.indexOf(before) + before.length());
        return TimeUnit.SECONDS.toNanos(Long.parseLong(text.substring(0, text.indexOf('s'))));
    }

    private static String apply(String function, List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int n = sorted.length;
        return switch (function) {
            case "avg" -> String.valueOf(Arrays.stream(sorted).sum() / n);
            case "min" -> String.valueOf(sorted[0]);
            case "max" -> String.valueOf(sorted[n - 1]);
            case "median" -> String.valueOf(n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2);
            default -> String.valueOf(n);
        };
    }

    private static long nanos(String instant) {
        return Instant.parse(instant).toEpochMilli() * 1_000_000;
    }

    private static String between(String text, String from, String to) {
        int start = text.indexOf(from) + from.length();
        return text.substring(start, text.indexOf(to, start));
    }

    private static Map<String, String> params(HttpExchange exchange) {
        Map<String, String> params = new HashMap<>();
        for (String part : exchange.getRequestURI().getRawQuery().split("&", -1)) {
            int equals = part.indexOf('=');
            params.put(
                    part.substring(0, equals), URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return params;
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", body.startsWith("{") ? "application/json" : "text/csv");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
