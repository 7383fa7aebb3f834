package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.ControlThread;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.CallbackServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.Void;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the results of asynchronous calls. A result of a computer of ours names its request; one that does not belongs
 * to the only call under way, and is dropped when there are several. Thread-safe.
 */
public final class CallbackServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CallbackServer.class);

    private final EdgeTransport transport;
    private final EdgePort port;
    private final Map<String, Pending> waiting = new ConcurrentHashMap<>();

    /**
     * Opens a server.
     *
     * @param port 0 for any free one
     * @throws io.fogwhisk.edge.rpc.EdgeException if the port can't be bound
     */
    public CallbackServer(EdgeTransport transport, String host, int port) {
        this.transport = Objects.requireNonNull(transport, "transport is null");
        this.port = transport.open(
                "callback server",
                host,
                port,
                new UnaryService(CallbackServerGrpc.getServiceDescriptor())
                        .method(CallbackServerGrpc.getReceiveResponseMethod(), (response, headers, answer) -> {
                            receive(response);
                            answer.send(Void.getDefaultInstance());
                        })
                        .build());
    }

    /** Where results are taken. */
    public String endpoint() {
        return port.endpoint();
    }

    /**
     * A way to call lambdas whose answers may come to this server. The requests must name it as their callback and have
     * a uuid.
     */
    public LambdaAccess over(LambdaAccess access) {
        return (request, timeout) -> {
            Pending pending = new Pending(request, timeout);
            access.ask(request, timeout).thenAccept(pending::accepted);
            return pending;
        };
    }

    @Override
    public void close() {
        port.close();
    }

    private void receive(LambdaResponse response) {
        Pending pending = response.getUuid().isEmpty() ? onlyOne() : waiting.get(response.getUuid());
        if (pending == null) {
            LOG.atWarn()
                    .addKeyValue("responder", response.getResponder())
                    .addKeyValue("waiting", waiting.size())
                    .log("callback belongs to no call");
            return;
        }
        pending.end(RunAnswer.of(response));
    }

    private @Nullable Pending onlyOne() {
        List<Pending> all = new ArrayList<>(waiting.values());
        return all.size() == 1 ? all.get(0) : null;
    }

    private final class Pending extends CompletableFuture<RunAnswer> {
        private final String uuid;
        private final ControlThread.Timer timer;

        Pending(RunRequest request, Duration timeout) {
            uuid = request.proto().getUuid();
            waiting.put(uuid, this);
            String late = Retcode.RPC_FAILED + "no callback to " + endpoint() + " within " + timeout.toMillis() + " ms";
            timer = transport.control().after(timeout, () -> end(RunAnswer.refusal(request, late)));
        }

        /** The call was answered; the result is still to come if the answer is only that it was accepted. */
        void accepted(RunAnswer answer) {
            if (!answer.ok() || !answer.proto().getAsynchronous()) {
                end(answer);
            }
        }

        void end(RunAnswer answer) {
            forget();
            complete(answer);
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            forget();
            return super.cancel(mayInterruptIfRunning);
        }

        private void forget() {
            waiting.remove(uuid, this);
            timer.close();
        }
    }
}
