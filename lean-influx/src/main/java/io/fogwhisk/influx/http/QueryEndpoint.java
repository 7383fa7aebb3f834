package io.fogwhisk.influx.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.flux.FluxQuery;
import io.fogwhisk.influx.store.PointStore;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /api/v2/query}: Flux in, annotated CSV out. Queries run on threads of their own, a few at a time. */
final class QueryEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(QueryEndpoint.class);
    private static final int MAX_BODY = 1 << 20;

    private final Organisation organisation;
    private final PointStore store;
    private final Clock clock;
    private final Executor queries;
    private final ObjectMapper json = new ObjectMapper();

    QueryEndpoint(Organisation organisation, PointStore store, Clock clock, Executor queries) {
        this.organisation = organisation;
        this.store = store;
        this.clock = clock;
        this.queries = queries;
    }

    /** What a request asks. */
    private record Question(String script, Dialect dialect, Instant now) {}

    void handle(Context ctx) {
        organisation.require(ctx);
        byte[] body = RequestBody.read(ctx, MAX_BODY);
        String type = ctx.contentType();
        Question question = type != null && type.toLowerCase(Locale.ROOT).startsWith("application/vnd.flux")
                ? new Question(new String(body, StandardCharsets.UTF_8), Dialect.DEFAULT, clock.instant())
                : question(body);
        FluxQuery query = FluxQuery.compile(question.script(), Set.copyOf(organisation.buckets()), question.now());
        ctx.future(() -> {
            try {
                return CompletableFuture.runAsync(() -> run(ctx, query, question.dialect()), queries);
            } catch (RejectedExecutionException e) {
                throw new InfluxException(ErrorCode.UNAVAILABLE, "too many queries are waiting: try again later", e);
            }
        });
    }

    private Question question(byte[] body) {
        JsonNode request;
        try {
            request = json.readTree(body);
        } catch (IOException e) {
            throw new InfluxException(
                    ErrorCode.INVALID, "failed parsing request body as JSON; got error: " + e.getMessage(), e);
        }
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

    private void run(Context ctx, FluxQuery query, Dialect dialect) {
        AnnotatedCsv csv = new AnnotatedCsv(dialect, new Lazily(ctx));
        try {
            query.run(store, csv);
            csv.end();
        } catch (InfluxException | StoreException e) {
            if (csv.sent()) {
                csv.fail(String.valueOf(e.getMessage()));
            } else {
                Errors.answer(ctx, e);
            }
        } catch (UncheckedIOException e) {
            LOG.atDebug().addKeyValue("error", e.getMessage()).log("query answer not taken");
        }
    }

    /** Sets the headers of a good answer only when its first bytes are there. */
    private static final class Lazily extends OutputStream {
        private final Context ctx;
        private boolean begun;

        Lazily(Context ctx) {
            this.ctx = ctx;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!begun) {
                begun = true;
                ctx.status(200).contentType("text/csv; charset=utf-8");
            }
            ctx.res().getOutputStream().write(bytes, offset, length);
        }
    }
}
