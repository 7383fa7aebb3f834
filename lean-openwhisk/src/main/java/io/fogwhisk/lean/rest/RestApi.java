package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.http.AnyVerb;
import io.fogwhisk.base.http.HttpRefusal;
import io.fogwhisk.lean.identity.FailedLogins;
import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.lean.invoker.ActionResolver;
import io.fogwhisk.lean.invoker.Activations;
import io.fogwhisk.lean.invoker.Invocations;
import io.fogwhisk.lean.runtime.Runtimes;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.TriggerFeeds;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.EntityName;
import io.fogwhisk.wsk.model.QualifiedName;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The REST API of one lean OpenWhisk. Immutable; its handlers run on the threads of the HTTP server. */
public final class RestApi {

    /** The request headers that a page of another origin may send. */
    static final String ALLOWED_HEADERS = "Authorization, Origin, X-Requested-With, Content-Type, Accept, User-Agent";

    private static final String ALLOWED_METHODS = "GET, DELETE, POST, PUT, HEAD";
    private static final Logger LOG = LoggerFactory.getLogger(RestApi.class);
    private static final String TRANSACTION = "fogwhisk.transaction";
    private static final String PRETTY = "fogwhisk.pretty";
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final IdentitySource identities;
    private final FailedLogins failedLogins;
    private final Map<String, CollectionRoutes> collections = new HashMap<>();
    private final SystemRoutes system;
    private final WebActionRoutes web;

    /**
     * The API over an OpenWhisk's parts.
     *
     * @param identities who may use it
     * @param feeds those that a provider of this process keeps, as they are now
     * @param underWay how many accepted invocations wait or run
     * @param runtimes what runs the code that users upload
     * @param blockingLimit the longest that a blocking call waits
     * @param answering writes the answers of fires and invocations; the caller owns it
     */
    public RestApi(
            IdentitySource identities,
            EntityStore entities,
            Entitlement entitlement,
            ActionResolver resolver,
            Invocations invocations,
            Activations activations,
            Supplier<TriggerFeeds> feeds,
            IntSupplier underWay,
            Runtimes runtimes,
            Duration blockingLimit,
            Executor answering,
            Clock clock) {
        this.identities = identities;
        this.failedLogins = new FailedLogins(clock);
        this.system = new SystemRoutes(runtimes, identities.defaultLimits(), underWay);
        Answers answers = new Answers(answering);
        ExecReader execs = new ExecReader(runtimes, new SequenceCheck(resolver, entitlement));
        ActionPut puts = new ActionPut(entities, execs, new BodyReader(), clock);
        ActionRoutes actions =
                new ActionRoutes(entities, entitlement, resolver, invocations, answers, blockingLimit, puts);
        web = new WebActionRoutes(identities, entitlement, resolver, invocations, answers, blockingLimit);
        collections.put("actions", actions::handle);
        collections.put("packages", new PackageRoutes(entities, entitlement, clock)::handle);
        FeedLifecycle lifecycle = new FeedLifecycle(feeds, resolver, invocations);
        collections.put(
                "triggers", new TriggerRoutes(entities, entitlement, invocations, lifecycle, answers, clock)::handle);
        collections.put("rules", new RuleRoutes(entities, entitlement, resolver, clock)::handle);
        collections.put("activations", new ActivationRoutes(activations, entitlement, answers)::handle);
        collections.put("limits", system::limits);
    }

    /** Declares the routes on a port. */
    public void routes(JavalinConfig config) {
        AnyVerb.route(config, "/*", this::handle);
        // What Javalin refuses itself: a verb that nobody knows.
        config.routes.exception(HttpResponseException.class, (e, context) -> {
            prepare(context);
            answering(context, () -> {
                throw Exchange.noSuchRoute();
            });
        });
    }

    /** What is answered to a request that the HTTP server refuses before it gets here; see {@link HttpRefusal}. */
    public HttpRefusal.Answer refusal(int status, String reason, @Nullable String requestId) {
        String transaction = transactionId(requestId);
        // A name with a slash in it has no other way to fail.
        String message = reason.startsWith("Ambiguous URI path separator")
                ? "The name of the entity contains illegal characters."
                : reason;
        ObjectNode body = NODES.objectNode().put("code", transaction).put("error", message);
        return new HttpRefusal.Answer(
                Map.of(
                        "Content-Type",
                        "application/json",
                        "X-Request-ID",
                        transaction,
                        "Access-Control-Allow-Origin",
                        "*",
                        "Access-Control-Allow-Headers",
                        ALLOWED_HEADERS,
                        "Access-Control-Allow-Methods",
                        ALLOWED_METHODS),
                body.toString());
    }

    /** Answers with OpenWhisk's form of an error, which every client reads: both fields are always there. */
    static void error(Context context, int status, String message) {
        ObjectNode body = NODES.objectNode();
        String transaction = context.attribute(TRANSACTION);
        body.put("code", transaction).put("error", message);
        if (status == Outcome.TOO_MANY_REQUESTS) {
            context.header("Retry-After", String.valueOf(retryAfterSeconds(message)));
        }
        boolean pretty = Boolean.TRUE.equals(context.attribute(PRETTY));
        context.status(status).contentType("application/json").result(pretty ? PrettyJson.of(body) : body.toString());
    }

    /** Has a request's errors answered as OpenWhisk answers them to web browsers. */
    static void pretty(Context context) {
        context.attribute(PRETTY, true);
    }

    /** Rates are counted per calendar minute; whatever else is too much is over sooner. */
    private static long retryAfterSeconds(String message) {
        return message.contains("in the last minute") ? 60 - System.currentTimeMillis() / 1_000 % 60 : 1;
    }

    /** The id of a request. */
    static String transactionOf(Context context) {
        String transaction = context.attribute(TRANSACTION);
        return transaction == null ? "" : transaction;
    }

    private void handle(Context context) {
        if (Collections.list(context.req().getHeaders("Content-Type")).size() > 1) {
            context.status(400)
                    .contentType("text/plain; charset=UTF-8")
                    .result("HTTP message must not contain more than one Content-Type header");
            return;
        }
        prepare(context);
        answering(context, () -> dispatch(context));
    }

    private static void prepare(Context context) {
        String transaction = transactionId(context.header("X-Request-ID"));
        context.attribute(TRANSACTION, transaction);
        context.header("X-Request-ID", transaction);
        context.header("Access-Control-Allow-Origin", "*");
        context.header("Access-Control-Allow-Headers", ALLOWED_HEADERS);
        context.header("Access-Control-Allow-Methods", ALLOWED_METHODS);
    }

    /** Runs a piece of work and answers its failure as an error. */
    static void answering(Context context, Runnable work) {
        try {
            work.run();
        } catch (LeanException e) {
            error(context, e.status(), String.valueOf(e.getMessage()));
        } catch (WskException e) {
            error(context, 400, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("path", context.path()).log("request failed");
            error(context, 500, "There was an internal server error.");
        }
    }

    private void dispatch(Context context) {
        RequestPath path = RequestPath.of(context.req().getRequestURI());
        List<String> segments = path.segments();
        if (path.startsWith("api", "v1")
                && segments.size() > 2
                && segments.get(2).equals("web")) {
            web.handle(context, path, caller(context));
        } else if (context.method().equals(HandlerType.OPTIONS)) {
            context.status(200);
        } else if (SystemRoutes.isOpen(path)) {
            system.open(context, path);
        } else {
            Identity caller = authenticate(context);
            if (caller != null) {
                namespaced(context, path, caller);
            }
        }
    }

    private void namespaced(Context context, RequestPath path, Identity caller) {
        List<String> segments = path.segments();
        boolean get =
                context.method().equals(HandlerType.GET) || context.method().equals(HandlerType.HEAD);
        if (!segments.get(2).equals("namespaces")) {
            throw Exchange.noSuchRoute();
        }
        if (segments.size() == 3 && get) {
            context.contentType("application/json")
                    .result(NODES.arrayNode().add(caller.namespace()).toString());
            return;
        }
        CollectionRoutes collection = segments.size() < 5 ? null : collections.get(segments.get(4));
        if (collection == null) {
            throw Exchange.noSuchRoute();
        }
        String namespace = namespace(segments.get(3), caller.namespace());
        List<String> names = segments.subList(5, segments.size());
        names.forEach(EntityName::checked);
        collection.handle(new Exchange(context, caller, namespace, names, path.trailingSlash()));
    }

    private static String namespace(String segment, String caller) {
        if (segment.equals(QualifiedName.DEFAULT_NAMESPACE)) {
            return caller;
        }
        try {
            return EntityName.checked(segment);
        } catch (WskException e) {
            throw new LeanException(400, "The namespace contains illegal characters.", e);
        }
    }

    /** Who calls, or null if the request was answered with 401 or 429. */
    private @Nullable Identity authenticate(Context context) {
        Identity caller = caller(context);
        if (caller == null) {
            boolean silent = context.header("Authorization") == null;
            int retryAfter = silent ? 0 : failedLogins.failed(context.ip());
            if (retryAfter > 0) {
                error(context, 429, "Too many failed log-ins from this address, try again in " + retryAfter + " s.");
                context.header("Retry-After", String.valueOf(retryAfter));
                return null;
            }
            context.header("WWW-Authenticate", "Basic realm=\"OpenWhisk secure realm\",charset=UTF-8");
            error(
                    context,
                    401,
                    silent
                            ? "The resource requires authentication, which was not supplied with the request"
                            : "The supplied authentication is invalid");
        }
        return caller;
    }

    private @Nullable Identity caller(Context context) {
        String header = context.header("Authorization");
        try {
            return header == null ? null : identities.login(AuthKey.fromBasicHeader(header));
        } catch (WskException e) {
            LOG.atDebug().addKeyValue("error", e.getMessage()).log("authorization not readable");
            return null;
        }
    }

    private static String transactionId(@Nullable String given) {
        if (given != null && !given.isEmpty() && !given.startsWith("sid_")) {
            return given;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        StringBuilder id = new StringBuilder(32);
        for (int i = 0; i < 32; i++) {
            id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return id.toString();
    }
}
