package io.fogwhisk.edge.rpc;

import io.fogwhisk.edge.security.TlsFault;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One call with one answer, with metadata, and with an answer to whether a failed call may have reached the peer. */
public final class UnaryCall<Q, A> extends ClientCall.Listener<A> {

    private final ClientCall<Q, A> call;
    private final Listener<A> listener;
    private @Nullable A answer;

    private UnaryCall(ClientCall<Q, A> call, Listener<A> listener) {
        this.call = call;
        this.listener = listener;
    }

    /** What becomes of a call; exactly one method is called, once, on the network's or the caller's thread. */
    public interface Listener<A> {

        /** The peer answered. */
        void onAnswer(A answer);

        /**
         * There is no answer.
         *
         * @param sent false if nothing left this node, so that the call can't have been executed
         */
        void onFailure(Status status, boolean sent);
    }

    /**
     * Starts a call. Callbacks may come before this method returns.
     *
     * @param timeout more than zero; then the call fails with {@code DEADLINE_EXCEEDED}
     */
    public static <Q, A> void start(
            Channel channel,
            MethodDescriptor<Q, A> method,
            Q request,
            Metadata headers,
            Duration timeout,
            Listener<A> listener) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
        ClientCall<Q, A> call = channel.newCall(method, options);
        call.start(new UnaryCall<>(call, listener), headers);
        // Two, as an answer that is followed by another one is a fault of the peer that gRPC then reports.
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
    }

    /** Starts a call whose failure is an exception in the stage. */
    public static <Q, A> CompletionStage<A> stage(
            Channel channel, MethodDescriptor<Q, A> method, Q request, Metadata headers, Duration timeout) {
        CompletableFuture<A> future = new CompletableFuture<>();
        start(channel, method, request, headers, timeout, new Listener<A>() {
            @Override
            public void onAnswer(A answer) {
                future.complete(answer);
            }

            @Override
            public void onFailure(Status status, boolean sent) {
                future.completeExceptionally(new EdgeException(describe(status)));
            }
        });
        return future;
    }

    /** A status in words: its description, with the cause where gRPC hides it there. */
    public static String describe(Status status) {
        String text = status.getDescription();
        Throwable cause = status.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String words = text == null ? status.getCode().name() : text;
        return cause == null || cause.getMessage() == null ? words : words + " (" + cause.getMessage() + ")";
    }

    @Override
    public void onMessage(A message) {
        answer = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        A known = answer;
        if (status.isOk() && known != null) {
            listener.onAnswer(known);
        } else if (status.isOk()) {
            listener.onFailure(Status.INTERNAL.withDescription("the peer closed the call without an answer"), true);
        } else {
            // A call that never got a connection has no remote address.
            boolean sent = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) != null;
            listener.onFailure(sent ? status : explained(status), sent);
        }
    }

    /** Where no connection came about, TLS may be the reason, which gRPC says in nobody's words. */
    private static Status explained(Status status) {
        return TlsFault.explanation(describe(status))
                .map(words -> status.getCode().toStatus().withDescription(words))
                .orElse(status);
    }
}
