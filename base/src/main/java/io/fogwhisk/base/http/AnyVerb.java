package io.fogwhisk.base.http;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.List;

/** Routes for those that look at the verb themselves. Stateless. */
public final class AnyVerb {

    private static final List<HandlerType> VERBS = List.of(
            HandlerType.GET,
            HandlerType.POST,
            HandlerType.PUT,
            HandlerType.DELETE,
            HandlerType.PATCH,
            HandlerType.HEAD,
            HandlerType.OPTIONS);

    private AnyVerb() {}

    /** Has every request for a path handled, whatever its verb. */
    public static void route(JavalinConfig javalin, String path, Handler handler) {
        VERBS.forEach(verb -> javalin.routes.addHttpHandler(verb, path, handler));
    }
}
