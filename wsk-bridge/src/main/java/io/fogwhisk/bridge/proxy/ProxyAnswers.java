package io.fogwhisk.bridge.proxy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.bridge.wire.Envelope;
import io.fogwhisk.bridge.wire.HttpAnswer;
import io.fogwhisk.bridge.wire.HttpHeader;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.Activation;
import io.javalin.http.Context;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers as the OpenWhisk REST API has them. Stateless. */
final class ProxyAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyAnswers.class);
    private static final String TRANSACTION = "transaction";
    private static final String ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private ProxyAnswers() {}

    /** Gives the request its transaction id: the caller's, or a new one. */
    static void identify(Context ctx) {
        String given = ctx.header("X-Request-ID");
        ctx.attribute(TRANSACTION, given == null || given.isEmpty() || given.startsWith("sid_") ? newId() : given);
    }

    static String transaction(Context ctx) {
        String known = ctx.attribute(TRANSACTION);
        return known == null ? newId() : known;
    }

    static void write(Context ctx, Outcome outcome, boolean resultOnly) {
        if (outcome instanceof Outcome.Accepted accepted) {
            if (accepted.activationId().isEmpty()) {
                respond(ctx, 204);
                ctx.res().setContentType(null);
                return;
            }
            String id = accepted.activationId().get().hex();
            respond(ctx, 202).header("x-openwhisk-activation-id", id);
            json(ctx, "{\"activationId\":\"" + id + "\"}");
        } else if (outcome instanceof Outcome.Completed completed) {
            Activation activation = completed.activation();
            respond(ctx, Envelope.statusCode(activation))
                    .header("x-openwhisk-activation-id", activation.id().hex());
            if (resultOnly || activation.result().isArray()) {
                json(ctx, activation.result().toString());
            } else {
                ObjectNode withoutLogs = activation.toJson();
                withoutLogs.putArray("logs");
                json(ctx, withoutLogs.toString());
            }
        } else if (outcome instanceof Outcome.Rejected rejected) {
            refuse(ctx, rejected.statusCode(), rejected.message());
        } else if (outcome instanceof Outcome.Unavailable unavailable) {
            refuse(ctx, unavailable.statusCode(), unavailable.message());
        }
    }

    /** Writes what a site's OpenWhisk answered. */
    static void write(Context ctx, HttpAnswer answer) {
        respond(ctx, answer.statusCode());
        ctx.res().setContentType(null);
        Set<String> begun = new HashSet<>();
        for (HttpHeader header : answer.headers()) {
            if (!HttpHeader.isHopByHop(header.name())) {
                if (begun.add(header.name())) {
                    ctx.res().setHeader(header.name(), header.value());
                } else {
                    ctx.res().addHeader(header.name(), header.value());
                }
            }
        }
        if (!answer.body().isEmpty()) {
            ctx.result(answer.body().toByteArray());
        }
    }

    static void refuse(Context ctx, int statusCode, String message) {
        if (ctx.res().isCommitted()) {
            return;
        }
        respond(ctx, statusCode);
        if (statusCode == 401) {
            ctx.header("WWW-Authenticate", "Basic realm=\"OpenWhisk secure realm\",charset=UTF-8");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        json(ctx, body.put("code", transaction(ctx)).put("error", message).toString());
    }

    static void broken(Context ctx, Exception e) {
        LOG.atError().setCause(e).addKeyValue("path", ctx.path()).log("request failed");
        refuse(ctx, 500, "There was an internal server error.");
    }

    private static Context respond(Context ctx, int statusCode) {
        return ctx.status(statusCode).header("X-Request-ID", transaction(ctx));
    }

    private static void json(Context ctx, String text) {
        ctx.contentType("application/json").result(text);
    }

    private static String newId() {
        // It ties the lines of logs together and protects nothing.
        ThreadLocalRandom random = ThreadLocalRandom.current();
        StringBuilder id = new StringBuilder(32);
        for (int i = 0; i < 32; i++) {
            id.append(ID_LETTERS.charAt(random.nextInt(ID_LETTERS.length())));
        }
        return id.toString();
    }
}
