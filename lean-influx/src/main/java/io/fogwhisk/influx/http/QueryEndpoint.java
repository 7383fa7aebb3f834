package io.fogwhisk.influx.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.http.WaitingClient;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.flux.FluxQuery;
import io.fogwhisk.influx.flux.table.Deadline;
import io.fogwhisk.influx.flux.table.ResultSink;
import io.fogwhisk.influx.store.PointStore;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /api/v2/query}: Flux in, annotated CSV out. Queries run on threads of their own, a few at a time. */
final class QueryEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(QueryEndpoint.class);
    private static final int MAX_BODY = 1 << 20;
    private static final int MAX_REQUESTS = 512;
    private static final long MAX_BYTES = 16L << 20;
    private static final Duration BODY_TIME = Duration.ofSeconds(30);
    private static final Pattern POSITION = Pattern.compile("error @(\\d+):(\\d+)");

    private final PointStore store;
    private final Clock clock;
    private final Executor queries;
    private final Duration time;
    private final Json json = new Json();
    private final Intake intake = new Intake("queries", MAX_REQUESTS, MAX_BYTES);

    QueryEndpoint(PointStore store, Clock clock, Executor queries, Duration time) {
        this.time = time;
        this.store = store;
        this.clock = clock;
        this.queries = queries;
    }

    /** What a request asks. */
    private record Question(String script, Dialect dialect, Instant now) {}

    void handle(Context ctx) {
        Caller caller = Caller.of(ctx);
        caller.requireOrganization(ctx);
        read(ctx, question -> run(ctx, caller, question));
    }

    /** Says whether a script can be answered, without answering it. */
    void analyze(Context ctx) {
        Caller caller = Caller.of(ctx);
        read(ctx, question -> {
            ObjectNode answer = Json.object();
            ArrayNode errors = answer.putArray("errors");
            try {
                FluxQuery.compile(question.script(), caller.readable(), question.now(), deadline(ctx));
            } catch (InfluxException e) {
                ObjectNode error = errors.addObject();
                Matcher position = POSITION.matcher(String.valueOf(e.getMessage()));
                boolean known = position.find();
                error.put("line", known ? Integer.parseInt(position.group(1)) : 0);
                error.put("column", known ? Integer.parseInt(position.group(2)) : 0);
                error.put("character", 0);
                error.put("message", e.getMessage());
            }
            Json.answer(ctx, answer);
        });
    }

    /** Whoever closes the connection does not want the answer any more. */
    private Deadline deadline(Context ctx) {
        return new Deadline(time, WaitingClient.of(ctx.req())::gone);
    }

    private void read(Context ctx, Consumer<Question> then) {
        RequestBody.check(ctx, MAX_BODY);
        String type = ctx.contentType();
        boolean bare = type != null && type.toLowerCase(Locale.ROOT).startsWith("application/vnd.flux");
        Intake.Lease lease = intake.enter(Math.max(0, ctx.req().getContentLengthLong()));
        ctx.future(() -> lease.during(() -> BodyReader.read(ctx, MAX_BODY, lease::hold, BODY_TIME)
                .thenCompose(sent -> {
                    byte[] body = RequestBody.unpack(ctx, sent, MAX_BODY, lease::hold);
                    Question question = bare
                            ? new Question(new String(body, StandardCharsets.UTF_8), Dialect.DEFAULT, clock.instant())
                            : question(body);
                    try {
                        return CompletableFuture.runAsync(() -> then.accept(question), queries);
                    } catch (RejectedExecutionException e) {
                        throw new InfluxException(
                                ErrorCode.UNAVAILABLE, "too many queries are waiting: try again later", e);
                    }
                })));
    }

    private Question question(byte[] body) {
        JsonNode request = json.object(body);
        JsonNode script = request.path("query");
        if (!script.isTextual() || script.textValue().isBlank()) {
            throw new InfluxException(ErrorCode.INVALID, "request body requires the key query with a Flux script");
        }
        String type = request.path("type").asText("flux");
        if (!type.equals("flux")) {
            throw new InfluxException(ErrorCode.INVALID, "unknown query type: " + type + ", only flux is supported");
        }
        for (String unsupported : new String[] {"params", "extern"}) {
            if (!request.path(unsupported).isEmpty()) {
                throw new InfluxException(ErrorCode.INVALID, unsupported + " of a query are not supported");
            }
        }
        return new Question(script.textValue(), Dialect.of(request.path("dialect")), now(request.path("now")));
    }

    private Instant now(JsonNode now) {
        if (!now.isTextual()) {
            return clock.instant();
        }
        try {
            return OffsetDateTime.parse(now.textValue()).toInstant();
        } catch (DateTimeException e) {
            throw new InfluxException(ErrorCode.INVALID, "invalid now: " + now.textValue(), e);
        }
    }

    private void run(Context ctx, Caller caller, Question question) {
        answer(
                ctx,
                question.dialect(),
                csv -> FluxQuery.compile(question.script(), caller.readable(), question.now(), deadline(ctx))
                        .run(store, csv));
    }

    /** Answers with what a query finds. However it fails, the answer never looks finished when it is not. */
    static void answer(Context ctx, Dialect dialect, Consumer<ResultSink> query) {
        CsvBody body = new CsvBody(ctx);
        AnnotatedCsv csv = new AnnotatedCsv(dialect, body);
        try {
            query.accept(csv);
            csv.end();
            body.finish();
        } catch (InfluxException | StoreException e) {
            fail(ctx, body, csv, e, String.valueOf(e.getMessage()));
        } catch (UncheckedIOException | IOException e) {
            LOG.atDebug().addKeyValue("error", e.getMessage()).log("query answer not taken");
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            if (csv.sent()) {
                LOG.atError().setCause(e).log("query failed");
            }
            fail(ctx, body, csv, e, "an internal error has occurred");
        }
    }

    private static void fail(Context ctx, CsvBody body, AnnotatedCsv csv, Throwable why, String message) {
        if (!csv.sent()) {
            Errors.answer(ctx, why);
            return;
        }
        try {
            csv.fail(message);
            body.finish();
        } catch (UncheckedIOException | IOException e) {
            LOG.atDebug().addKeyValue("error", e.getMessage()).log("query answer not taken");
        }
    }
}
