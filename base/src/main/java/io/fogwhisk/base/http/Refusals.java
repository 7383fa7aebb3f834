package io.fogwhisk.base.http;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers what the server refuses itself, in the words of the role whose port was asked. Thread-safe. */
final class Refusals extends ErrorHandler {

    private final Map<String, HttpRefusal> byRole = new ConcurrentHashMap<>();

    void add(HttpRole role) {
        role.refusal().ifPresent(refusal -> byRole.put(role.name(), refusal));
    }

    void remove(HttpRole role) {
        byRole.remove(role.name());
    }

    /** Every verb is told why. */
    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback)
            throws IOException {
        @Nullable String role = request.getConnectionMetaData().getConnector().getName();
        HttpRefusal refusal = role == null ? null : byRole.get(role);
        if (refusal == null) {
            super.generateResponse(request, response, code, message, cause, callback);
            return;
        }
        HttpRefusal.Answer answer = refusal.answer(
                code,
                message == null ? "The request was refused." : message,
                request.getHeaders().get("X-Request-ID"));
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        Content.Sink.write(response, true, answer.body(), callback);
    }
}
