package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.lean.invoker.ActionResolver;
import io.fogwhisk.lean.invoker.Invocations;
import io.fogwhisk.lean.queue.ActivationLog;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The REST API of one lean OpenWhisk. Immutable; its handlers run on the threads of the HTTP server. */
public final class RestApi {

    /** The longest request body in bytes. */
    private static final long MAX_BODY = 50L * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(RestApi.class);
    private static final String TRANSACTION = "fogwhisk.transaction";
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final IdentitySource identities;
    private final Map<String, CollectionRoutes> collections = new HashMap<>();
    private final SystemRoutes system;

    /**
     * The API over an OpenWhisk's parts.
     *
     * @param identities who may use it
     * @param activations asked for at each request, as the file is opened later
     * @param blockingLimit the longest that a blocking call waits
     * @param answering writes the answers of fires and invocations; the caller owns it
     */
    public RestApi(
            IdentitySource identities,
            EntityStore entities,
            Entitlement entitlement,
            ActionResolver resolver,
            Invocations invocations,
            Supplier<ActivationLog> activations,
            Duration blockingLimit,
            Executor answering,
            Clock clock) {
        this.identities = identities;
        this.system = new SystemRoutes();
        Answers answers = new Answers(answering);
        ActionRoutes actions =
                new ActionRoutes(entities, entitlement, resolver, invocations, answers, blockingLimit, clock);
        collections.put("actions", actions::handle);
        collections.put("packages", new PackageRoutes(entities, entitlement, clock)::handle);
        collections.put("triggers", new TriggerRoutes(entities, entitlement, invocations, answers, clock)::handle);
        collections.put("rules", new RuleRoutes(entities, entitlement, resolver, clock)::handle);
        collections.put("activations", new ActivationRoutes(activations, entitlement)::handle);
        collections.put("limits", system::limits);
    }

    /** Declares the routes on a port. */
    public void routes(JavalinConfig config) {
        config.http.maxRequestSize = MAX_BODY;
        for (HandlerType type : List.of(
                HandlerType.GET,
                HandlerType.POST,
                HandlerType.PUT,
                HandlerType.DELETE,
                HandlerType.PATCH,
                HandlerType.HEAD,
                HandlerType.OPTIONS)) {
            config.routes.addHttpHandler(type, "/*", this::handle);
        }
    }

    /** Answers with OpenWhisk's form of an error, which every client reads: both fields are always there. */
    static void error(Context context, int status, String message) {
        ObjectNode body = NODES.objectNode();
        String transaction = context.attribute(TRANSACTION);
        body.put("code", transaction).put("error", message);
        context.status(status).contentType("application/json").result(body.toString());
    }

    /** The id of a request. */
    static String transactionOf(Context context) {
        String transaction = context.attribute(TRANSACTION);
        return transaction == null ? "" : transaction;
    }

    private void handle(Context context) {
        String transaction = transactionId(context.header("X-Request-ID"));
        context.attribute(TRANSACTION, transaction);
        context.header("X-Request-ID", transaction);
        context.header("Access-Control-Allow-Origin", "*");
        context.header(
                "Access-Control-Allow-Headers",
                "Authorization, Origin, X-Requested-With, Content-Type, Accept, User-Agent");
        context.header("Access-Control-Allow-Methods", "GET, DELETE, POST, PUT, HEAD");
        answering(context, () -> dispatch(context));
    }

    /** Runs a piece of work and answers its failure as an error. */
    static void answering(Context context, Runnable work) {
        try {
            work.run();
        } catch (LeanException e) {
            error(context, e.status(), String.valueOf(e.getMessage()));
        } catch (WskException e) {
            error(context, 400, String.valueOf(e.getMessage()));
        } catch (HttpResponseException e) {
            error(context, e.getStatus(), tooLarge(e));
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("path", context.path()).log("request failed");
            error(context, 500, "There was an internal server error.");
        }
    }

    private static String tooLarge(HttpResponseException e) {
        return e.getStatus() == 413
                ? "Request larger than allowed: more than " + MAX_BODY + " bytes."
                : String.valueOf(e.getMessage());
    }

    private void dispatch(Context context) {
        RequestPath path = RequestPath.of(context.req().getRequestURI());
        List<String> segments = path.segments();
        if (context.method().equals(HandlerType.OPTIONS)) {
            context.status(200);
        } else if (!path.startsWith("api", "v1") || segments.size() == 2) {
            system.open(context, path);
        } else if (segments.get(2).equals("web")) {
            throw new LeanException(404, "Web actions and the API gateway are not part of this OpenWhisk.");
        } else {
            String caller = authenticate(context);
            if (caller != null) {
                namespaced(context, path, caller);
            }
        }
    }

    private void namespaced(Context context, RequestPath path, String caller) {
        List<String> segments = path.segments();
        boolean get = context.method().equals(HandlerType.GET);
        if (!segments.get(2).equals("namespaces")) {
            throw Exchange.noSuchRoute();
        }
        if (segments.size() == 3 && get) {
            context.contentType("application/json")
                    .result(NODES.arrayNode().add(caller).toString());
            return;
        }
        CollectionRoutes collection = segments.size() < 5 ? null : collections.get(segments.get(4));
        if (collection == null) {
            throw Exchange.noSuchRoute();
        }
        String namespace = namespace(segments.get(3), caller);
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

    /** The caller's namespace, or null if the request was answered with 401. */
    private @Nullable String authenticate(Context context) {
        String header = context.header("Authorization");
        String refusal = "The resource requires authentication, which was not supplied with the request";
        if (header != null) {
            refusal = "The supplied authentication is invalid";
            try {
                Identity identity = identities.byKey(AuthKey.fromBasicHeader(header));
                if (identity != null) {
                    return identity.namespace();
                }
            } catch (WskException e) {
                LOG.atDebug().addKeyValue("error", e.getMessage()).log("authorization not readable");
            }
        }
        context.header("WWW-Authenticate", "Basic realm=\"OpenWhisk secure realm\",charset=UTF-8");
        error(context, 401, refusal);
        return null;
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
