package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.lean.invoker.ActionResolver;
import io.fogwhisk.lean.invoker.Invocations;
import io.fogwhisk.lean.queue.Origin;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskAction;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/web/{ns}/{pkg|default}/{action}[.ext][/path]}: actions that are called as if they were web pages, by
 * anybody. They run in the namespace that they belong to, and at its expense. Whatever is not exported does not exist.
 */
final class WebActionRoutes {

    private static final int FIRST_NAME = 3;
    private static final int PATH = 6;
    private static final String METHODS = "OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH";

    private final IdentitySource identities;
    private final Entitlement entitlement;
    private final ActionResolver resolver;
    private final Invocations invocations;
    private final Answers answers;
    private final Duration limit;

    WebActionRoutes(
            IdentitySource identities,
            Entitlement entitlement,
            ActionResolver resolver,
            Invocations invocations,
            Answers answers,
            Duration limit) {
        this.identities = identities;
        this.entitlement = entitlement;
        this.resolver = resolver;
        this.invocations = invocations;
        this.answers = answers;
        this.limit = limit;
    }

    /**
     * Answers a request.
     *
     * @param caller whose key the request carries, or null if it carries none that is valid
     */
    void handle(Context context, RequestPath path, @Nullable Identity caller) {
        RestApi.pretty(context);
        cors(context);
        List<String> segments = path.segments();
        if (segments.size() < PATH) {
            throw Exchange.noSuchRoute();
        }
        String namespace = segments.get(FIRST_NAME);
        WebMedia media = WebMedia.of(segments.get(PATH - 1));
        QualifiedName name = name(namespace, segments.get(FIRST_NAME + 1), media.without(segments.get(PATH - 1)));
        ActionResolver.Inherited found = exported(name);
        WhiskAction action = found.action();
        boolean ownOptions = Annotations.truthy(action, "web-custom-options");
        if (context.req().getMethod().equals("OPTIONS") && !ownOptions) {
            context.status(200);
            return;
        }
        checkCaller(context, action, caller);
        if (ownOptions) {
            noCors(context);
        }
        WebRequest request = new WebRequest(
                context, path.rawFrom(PATH), Optional.ofNullable(caller).map(Identity::namespace));
        Set<String> fixed = Annotations.fixedParameters(action, found.params());
        ObjectNode arguments = Annotations.truthy(action, "raw-http") ? request.raw() : request.merged(fixed);
        WebResponse response = new WebResponse(media, segments.subList(PATH, segments.size()));
        answers.when(
                context,
                invocations.invoke(
                        namespace, name, JsonObject.adopt(arguments), limit, Origin.of(RestApi.transactionOf(context))),
                outcome -> response.answer(context, outcome));
    }

    private static QualifiedName name(String namespace, String pkg, String action) {
        try {
            return pkg.equals("default")
                    ? QualifiedName.of(namespace, action)
                    : QualifiedName.of(namespace, pkg, action);
        } catch (WskException e) {
            throw new LeanException(404, String.valueOf(LeanException.notFound().getMessage()), e);
        }
    }

    private ActionResolver.Inherited exported(QualifiedName name) {
        ActionResolver.Inherited found = resolver.find(name).orElse(null);
        if (found == null
                || !Annotations.truthy(found.action(), "web-export")
                || identities.byNamespace(name.namespace()) == null) {
            if (name.path().equals("whisk.system/apimgmt")) {
                throw new LeanException(404, "The API gateway is not part of this OpenWhisk.");
            }
            throw LeanException.notFound();
        }
        try {
            entitlement.checkAction(name.namespace(), name);
        } catch (LeanException e) {
            throw new LeanException(404, String.valueOf(LeanException.notFound().getMessage()), e);
        }
        return found;
    }

    private static void checkCaller(Context context, WhiskAction action, @Nullable Identity caller) {
        JsonNode required = Annotations.value(action, "require-whisk-auth");
        boolean may = true;
        if (required.isBoolean()) {
            may = !required.booleanValue() || caller != null;
        } else if (required.isTextual() || required.isNumber()) {
            String given = context.header("X-Require-Whisk-Auth");
            may = given != null
                    && MessageDigest.isEqual(
                            given.getBytes(StandardCharsets.UTF_8),
                            required.asText().getBytes(StandardCharsets.UTF_8));
        }
        if (!may) {
            throw new LeanException(
                    401, "The resource requires authentication, which was not supplied with the request");
        }
    }

    private static void cors(Context context) {
        context.header("Access-Control-Allow-Origin", "*");
        context.header("Access-Control-Allow-Methods", METHODS);
        String asked = context.header("Access-Control-Request-Headers");
        context.header("Access-Control-Allow-Headers", asked == null ? RestApi.ALLOWED_HEADERS : asked);
    }

    private static void noCors(Context context) {
        for (String name : List.of("Origin", "Methods", "Headers")) {
            context.res().setHeader("Access-Control-Allow-" + name, null);
        }
    }
}
