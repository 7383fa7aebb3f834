package io.fogwhisk.edge.rpc;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gRPC service of calls with one answer, whose handlers see the metadata of the call. It is what generated service
 * bases offer, less the detour through an interceptor and a context that metadata would need there.
 */
public final class UnaryService {

    private static final Logger LOG = LoggerFactory.getLogger(UnaryService.class);

    private final ServerServiceDefinition.Builder definition;

    /** A service without methods. */
    public UnaryService(ServiceDescriptor service) {
        definition = ServerServiceDefinition.builder(service);
    }

    /** Handles a call; it must not block and must answer once, now or later, on any thread. */
    @FunctionalInterface
    public interface Handler<Q, A> {
        /** Handles one request. */
        void handle(Q request, Metadata headers, Answer<A> answer);
    }

    /** Takes the answer to one call, once. */
    public interface Answer<A> {
        /** Sends the answer; does nothing if the caller has gone. */
        void send(A answer);

        /** Whether the caller has gone: it cancelled, its connection broke, or its deadline is over. */
        boolean isCancelled();
    }

    /** Adds a method. */
    public <Q, A> UnaryService method(MethodDescriptor<Q, A> method, Handler<Q, A> handler) {
        ServerCallHandler<Q, A> calls = (call, headers) -> {
            call.request(2);
            return new Incoming<>(call, headers, handler);
        };
        definition.addMethod(method, calls);
        return this;
    }

    /** The service, to be opened on a port. Every method of the descriptor must have been added. */
    public ServerServiceDefinition build() {
        return definition.build();
    }

    private static final class Incoming<Q, A> extends ServerCall.Listener<Q> implements Answer<A> {
        private final ServerCall<Q, A> call;
        private final Metadata headers;
        private final Handler<Q, A> handler;
        private @Nullable Q request;

        Incoming(ServerCall<Q, A> call, Metadata headers, Handler<Q, A> handler) {
            this.call = call;
            this.headers = headers;
            this.handler = handler;
        }

        @Override
        public void onMessage(Q message) {
            request = message;
        }

        @Override
        public void onHalfClose() {
            Q known = request;
            if (known == null) {
                call.close(Status.INVALID_ARGUMENT.withDescription("the call has no request"), new Metadata());
                return;
            }
            try {
                handler.handle(known, headers, this);
            } catch (EdgeException e) {
                // A caller's fault, of which a caller can send as many as it likes.
                LOG.atDebug()
                        .addKeyValue("method", call.getMethodDescriptor().getFullMethodName())
                        .addKeyValue("error", e.getMessage())
                        .log("call refused");
                call.close(Status.INTERNAL.withDescription(e.getMessage()), new Metadata());
            } catch (RuntimeException e) {
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("method", call.getMethodDescriptor().getFullMethodName())
                        .log("call handler failed");
                call.close(Status.INTERNAL.withDescription(String.valueOf(e.getMessage())), new Metadata());
            }
        }

        @Override
        public boolean isCancelled() {
            return call.isCancelled();
        }

        @Override
        public void send(A answer) {
            if (call.isCancelled()) {
                return;
            }
            call.sendHeaders(new Metadata());
            call.sendMessage(answer);
            call.close(Status.OK, new Metadata());
        }
    }
}
