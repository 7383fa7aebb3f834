package io.fogwhisk.aggregate.influx;

import com.influxdb.Cancellable;
import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.client.domain.Dialect;
import com.influxdb.client.domain.Query;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.service.QueryService;
import com.influxdb.client.service.WriteService;
import com.influxdb.exceptions.InfluxException;
import com.influxdb.query.FluxTable;
import com.influxdb.query.internal.FluxCsvParser;
import io.fogwhisk.aggregate.AggregateException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import okio.Buffer;
import retrofit2.Response;

/**
 * Requests to the HTTP API of any InfluxDB 2: one client, with its connections, for each URL and token. Of more than
 * {@value #MAX_CLIENTS}, the one that was not used for longest is given up.
 *
 * <p>Threads: any; a request blocks its caller, for the time limit at most. {@link #close} breaks off the requests under
 * way, which then fail like those to a database that is away.
 */
public final class InfluxApi implements AutoCloseable {

    private static final int MAX_CLIENTS = 128;

    private static final int NO_CONTENT = 204;
    private static final int TOO_LARGE = 413;

    private static final int STEP = 64 * 1024;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    private final Duration timeout;
    private final boolean gzip;
    private final Dispatcher dispatcher = new Dispatcher();
    /** The one that was not used for longest is the first. */
    private final Map<Login, Client> clients = new LinkedHashMap<>(16, 0.75f, true);

    private boolean closed;

    /**
     * An API without connections yet.
     *
     * @param timeout for a whole request, from connecting to the last byte of the answer
     * @param gzip whether what is written is compressed: for databases that are far away
     */
    public InfluxApi(Duration timeout, boolean gzip) {
        this.gzip = gzip;
        this.timeout = Objects.requireNonNull(timeout, "timeout is null");
    }

    /**
     * Writes points in line protocol with times in nanoseconds. Only the status 204 confirms them: with 200 or a redirect
     * answer pages and proxies that have stored nothing.
     */
    public WriteAnswer write(InfluxTarget target, String lines) {
        InfluxBucket bucket = target.bucket();
        try (Use use = use(target)) {
            Response<Void> response = use.client()
                    .writes
                    .postWrite(
                            bucket.org(),
                            bucket.name(),
                            lines,
                            null,
                            "identity",
                            "text/plain; charset=utf-8",
                            null,
                            "application/json",
                            null,
                            WritePrecision.NS,
                            null)
                    .execute();
            if (response.code() == NO_CONTENT) {
                return new WriteAnswer.Confirmed();
            }
            return response.isSuccessful()
                    ? new WriteAnswer.NotNow(
                            bucket + " answered a write with " + response.code()
                                    + ", which no InfluxDB does: the URL leads to something else",
                            true)
                    : refusal(bucket, new InfluxException(response));
        } catch (IOException e) {
            return new WriteAnswer.NotNow(reason(bucket, 0, String.valueOf(e.getMessage())), false);
        } catch (InfluxException e) {
            return refusal(bucket, e);
        } catch (AggregateException e) {
            return new WriteAnswer.NotNow(String.valueOf(e.getMessage()), false);
        }
    }

    private static WriteAnswer refusal(InfluxBucket bucket, InfluxException e) {
        return switch (e.status()) {
            case 400, 413, 422 -> badData(bucket, e);
            case 408, 429 ->
                new WriteAnswer.NotNow(bucket + " is overloaded: " + text(e), false, retryAfter(e.headers()));
            default ->
                new WriteAnswer.NotNow(
                        reason(bucket, e.status(), text(e)),
                        e.status() >= 300 && e.status() < 500,
                        retryAfter(e.headers()));
        };
    }

    /** Only a database knows bad points, and says so in its own words; a proxy on the way may refuse all that it gets. */
    private static WriteAnswer badData(InfluxBucket bucket, InfluxException e) {
        if (e.errorBody().get("code") instanceof String) {
            return new WriteAnswer.BadData(text(e));
        }
        String reason = bucket + " refuses points in words that are not those of an InfluxDB (" + e.status()
                + "), maybe a proxy's: " + text(e);
        return e.status() == TOO_LARGE ? new WriteAnswer.TooLarge(reason) : new WriteAnswer.NotNow(reason, true);
    }

    /**
     * Runs a Flux query.
     *
     * @param maxBytes of the answer
     * @return empty if the answer is longer
     * @throws AggregateException if the database is away, refuses, or breaks off its answer; the message names the bucket
     *     and the reason
     */
    public Optional<List<FluxTable>> query(InfluxTarget target, String flux, int maxBytes) {
        InfluxBucket bucket = target.bucket();
        Query query = new Query().query(flux).dialect(dialect());
        // Not QueryApi: it takes an answer that was broken off for a complete one.
        try (Use use = use(target)) {
            Response<ResponseBody> response = use.client()
                    .queries
                    .postQueryResponseBody(null, null, "application/json", bucket.org(), null, query)
                    .execute();
            try (ResponseBody body = response.body()) {
                if (body == null) {
                    throw new InfluxException(response);
                }
                Buffer answer = new Buffer();
                while (answer.size() <= maxBytes) {
                    if (body.source().read(answer, STEP) < 0) {
                        return Optional.of(parse(answer));
                    }
                }
                return Optional.empty();
            }
        } catch (InfluxException e) {
            throw new AggregateException("cannot query " + reason(bucket, e.status(), text(e)), e);
        } catch (IOException e) {
            throw new AggregateException("cannot query " + reason(bucket, 0, String.valueOf(e.getMessage())), e);
        }
    }

    private static Dialect dialect() {
        return new Dialect()
                .header(true)
                .delimiter(",")
                .commentPrefix("#")
                .addAnnotationsItem(Dialect.AnnotationsEnum.DATATYPE)
                .addAnnotationsItem(Dialect.AnnotationsEnum.GROUP)
                .addAnnotationsItem(Dialect.AnnotationsEnum.DEFAULT);
    }

    private static List<FluxTable> parse(Buffer csv) throws IOException {
        FluxCsvParser parser = new FluxCsvParser();
        FluxCsvParser.FluxResponseConsumerTable tables = parser.new FluxResponseConsumerTable();
        parser.parseFluxResponse(
                csv,
                new Cancellable() {
                    @Override
                    public void cancel() {
                        throw new UnsupportedOperationException("the answer is read as a whole");
                    }

                    @Override
                    public boolean isCancelled() {
                        return false;
                    }
                },
                tables);
        return tables.getTables();
    }

    /** Breaks off what is under way and frees the connections. */
    @Override
    public void close() {
        synchronized (clients) {
            closed = true;
            dispatcher.cancelAll();
            clients.values().forEach(client -> client.http.close());
            clients.clear();
        }
    }

    /** How many clients are kept. */
    int clients() {
        synchronized (clients) {
            return clients.size();
        }
    }

    /** The client of a target; it is not given up before the use is closed. */
    private Use use(InfluxTarget target) {
        Login login = new Login(target.bucket().url(), target.token());
        synchronized (clients) {
            Client client = clients.get(login);
            if (client == null) {
                if (closed) {
                    throw new AggregateException("the client of " + target.bucket() + " is closed");
                }
                if (clients.size() >= MAX_CLIENTS && !giveUpIdle()) {
                    throw new AggregateException(
                            "more than " + MAX_CLIENTS + " different InfluxDB logins are in use at this moment");
                }
                client = connect(login);
                clients.put(login, client);
            }
            client.users++;
            return new Use(client);
        }
    }

    private boolean giveUpIdle() {
        Iterator<Client> all = clients.values().iterator();
        while (all.hasNext()) {
            Client client = all.next();
            if (client.users == 0) {
                all.remove();
                // Closing the client itself would end the dispatcher, which all have in common.
                client.connections.evictAll();
                return true;
            }
        }
        return false;
    }

    private Client connect(Login login) {
        ConnectionPool connections = new ConnectionPool();
        OkHttpClient.Builder http = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(connections)
                .socketFactory(new PromptSockets())
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(timeout)
                .readTimeout(timeout)
                .writeTimeout(timeout)
                .callTimeout(timeout);
        InfluxDBClientOptions.Builder options =
                InfluxDBClientOptions.builder().url(login.url).okHttpClient(http);
        if (!login.token.isEmpty()) {
            options.authenticateToken(login.token.toCharArray());
        }
        InfluxDBClient client = InfluxDBClientFactory.create(options.build());
        if (gzip) {
            client.enableGzip();
        }
        return new Client(
                client, connections, client.getService(WriteService.class), client.getService(QueryService.class));
    }

    /** What the header {@code Retry-After} asks for: seconds, or a date. No answer makes us wait for ever. */
    static Optional<Duration> retryAfter(Map<String, String> headers) {
        Optional<String> text = headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
                .map(header -> header.getValue().trim())
                .findFirst();
        return text.flatMap(InfluxApi::waitOf)
                .filter(wait -> !wait.isNegative())
                .map(wait -> wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
    }

    private static Optional<Duration> waitOf(String text) {
        if (text.chars().allMatch(c -> c >= '0' && c <= '9') && !text.isEmpty() && text.length() < 10) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Instant until = DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
            return Optional.of(Duration.between(Instant.now(), until));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String reason(InfluxBucket bucket, int status, String text) {
        String what = switch (status) {
            case 0 -> " is unreachable: ";
            case 301, 302, 303, 307, 308 ->
                " answers with a redirect, which is not followed; set the URL that it leads to: ";
            case 401, 403 -> " refuses the token: ";
            case 404 -> " does not exist: ";
            default -> " answered an error: ";
        };
        return bucket + what + text;
    }

    private static String text(InfluxException e) {
        String message = String.valueOf(e.getMessage());
        return message.length() > 500 ? message.substring(0, 500) + "…" : message;
    }

    private record Login(String url, String token) {
        @Override
        public String toString() {
            return url;
        }
    }

    /** What belongs to a login; the number of those that use it now is guarded by the map of clients. */
    private static final class Client {
        private final InfluxDBClient http;
        private final ConnectionPool connections;
        private final WriteService writes;
        private final QueryService queries;
        private int users;

        Client(InfluxDBClient http, ConnectionPool connections, WriteService writes, QueryService queries) {
            this.http = http;
            this.connections = connections;
            this.writes = writes;
            this.queries = queries;
        }
    }

    /** A request's hold on its client. */
    private final class Use implements AutoCloseable {
        private final Client client;

        Use(Client client) {
            this.client = client;
        }

        Client client() {
            return client;
        }

        @Override
        public void close() {
            synchronized (clients) {
                client.users--;
            }
        }
    }
}
