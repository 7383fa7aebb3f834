package io.fogwhisk.influx.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.javalin.http.Context;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers with InfluxDB's JSON errors. */
final class Errors {

    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

    private static final String RETRY_SECONDS = "1";

    private Errors() {}

    static void answer(Context ctx, ErrorCode code, String message) {
        answer(ctx, code, message, 0);
    }

    /**
     * Answers with an error.
     *
     * @param line of the body the error is about, 0 for none
     */
    static void answer(Context ctx, ErrorCode code, String message, int line) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("code", code.text());
        json.put("message", message);
        if (line > 0) {
            json.put("line", line);
        }
        ctx.header("X-Platform-Error-Code", code.text());
        if (code == ErrorCode.UNAVAILABLE) {
            ctx.header("Retry-After", RETRY_SECONDS);
        }
        ctx.status(code.status()).contentType("application/json; charset=utf-8").result(json.toString());
    }

    /** Answers with what went wrong; what is our own fault is logged. */
    static void answer(Context ctx, Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof InfluxException failure) {
            answer(ctx, failure.code(), String.valueOf(failure.getMessage()));
        } else if (cause instanceof StoreException failure) {
            LOG.atWarn().addKeyValue("error", failure.getMessage()).log("database failed");
            if (fullDisk(failure)) {
                answer(
                        ctx,
                        ErrorCode.INTERNAL,
                        "unexpected error writing points to database: no space left on device: "
                                + failure.getMessage());
            } else {
                answer(ctx, ErrorCode.UNAVAILABLE, String.valueOf(failure.getMessage()));
            }
        } else {
            LOG.atError().setCause(cause).addKeyValue("path", ctx.path()).log("request failed");
            answer(ctx, ErrorCode.INTERNAL, "an internal error has occurred");
        }
    }

    private static boolean fullDisk(StoreException failure) {
        return String.valueOf(failure.getMessage()).contains("the disk is full");
    }
}
