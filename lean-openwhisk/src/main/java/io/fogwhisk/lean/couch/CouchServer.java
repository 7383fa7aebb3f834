package io.fogwhisk.lean.couch;

import io.fogwhisk.base.http.AnyVerb;
import io.fogwhisk.base.http.HttpException;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.http.HttpRefusal;
import io.fogwhisk.base.http.HttpRole;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.lean.identity.SiteTokens;
import io.fogwhisk.wsk.EntityListing.Registration;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a catalogue in CouchDB's protocol, read-only but for {@code _local} documents, to the sites that have a token.
 * A site whose token is revoked has its answers ended.
 *
 * <p>Life cycle: {@link #start} opens the port; log, tokens and HTTP server must be started before and outlive this.
 *
 * <p>Threads: four make the answers, one wakes those that wait; no thread waits for a client.
 */
public final class CouchServer implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(CouchServer.class);

    private final CouchConfig config;
    private final DocumentLog log;
    private final SiteTokens tokens;
    private final HttpHost http;
    private final SiteLogin login;
    private final Streams streams;
    private final CouchRoutes routes;
    private final List<Registration> registrations = new ArrayList<>();
    private volatile HttpHost.@Nullable Port port;

    /** A server; nothing is opened yet. */
    public CouchServer(CouchConfig config, DocumentLog log, SiteTokens tokens, HttpHost http, Clock clock) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.log = Objects.requireNonNull(log, "log is null");
        this.tokens = Objects.requireNonNull(tokens, "tokens is null");
        this.http = Objects.requireNonNull(http, "http is null");
        login = new SiteLogin(tokens, clock);
        streams = new Streams(config.name(), login);
        routes = new CouchRoutes(log, streams, clock);
    }

    /**
     * Opens the port.
     *
     * @throws HttpException if it can't be bound
     */
    @Override
    public void start() {
        registrations.add(log.onChange(streams::changed));
        registrations.add(tokens.onChange(streams::recheck));
        HttpRole role =
                new HttpRole(config.name() + "/catalogue", config.host(), config.port(), this::declare, config.tls());
        port = http.open(role.with(CouchServer::refusal).withEncodedSlashes());
        LOG.atInfo()
                .addKeyValue("catalogue", config.name())
                .addKeyValue("url", endpoint())
                .log("catalogue served");
    }

    /**
     * The port number, also when the configuration asked for any.
     *
     * @throws HttpException before the start
     */
    public int port() {
        HttpHost.Port open = port;
        if (open == null) {
            throw new HttpException("the catalogue of " + config.name() + " is not served yet");
        }
        return open.number();
    }

    /** Where it is, as sites are told: {@code http://host:port}. */
    public String endpoint() {
        String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        return "http://" + host + ":" + port();
    }

    @Override
    public void close() {
        registrations.forEach(Registration::close);
        registrations.clear();
        streams.close();
        HttpHost.Port open = port;
        port = null;
        if (open != null) {
            open.close();
        }
    }

    private void declare(JavalinConfig javalin) {
        AnyVerb.route(javalin, "/*", this::handle);
        // What Javalin refuses itself: a verb that nobody knows.
        javalin.routes.exception(
                HttpResponseException.class,
                (e, context) -> answer(context, CouchFault.notAllowed("DELETE,GET,HEAD,POST,PUT")));
    }

    private void handle(Context context) {
        try {
            SiteLogin.Caller caller = login.caller(context);
            routes.handle(new CouchRequest(
                    context, caller, CouchRequest.segments(context.req().getRequestURI())));
        } catch (CouchFault e) {
            answer(context, e);
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("path", context.req().getRequestURI())
                    .log("request failed");
            answer(context, new CouchFault(500, "internal_server_error", "There was an internal server error."));
        }
    }

    private static void answer(Context context, CouchFault fault) {
        context.status(fault.status()).contentType("application/json").result(fault.json());
    }

    private static HttpRefusal.Answer refusal(int status, String reason, @Nullable String requestId) {
        return new HttpRefusal.Answer(
                Map.of("Content-Type", "application/json"), CouchFault.json("bad_request", reason));
    }
}
