package io.fogwhisk.edge.computer;

import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.edge.rpc.CallMetadata;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.rpc.proto.CallbackServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.Void;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands requests and results on to other nodes: a few times with growing waits in between, but only as long as the other
 * node has certainly not taken it. Call it on the control thread, where it also calls back.
 */
final class Deliveries {

    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
    private static final int ATTEMPTS = 5;
    private static final Backoff BACKOFF = Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(2));
    private static final Duration STEP_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration CALLBACK_TIMEOUT = Duration.ofSeconds(5);

    private final EdgeTransport transport;
    private final EdgeClient client;

    Deliveries(EdgeTransport transport) {
        this.transport = transport;
        this.client = new EdgeClient(transport);
    }

    /** Sends a request for another step and says how that ended: {@link Retcode#OK}, or why nobody took it. */
    void send(String endpoint, LambdaRequest request, Metadata headers, Consumer<String> ended) {
        send(endpoint, RunRequest.of(request), headers, 1, ended);
    }

    private void send(String endpoint, RunRequest request, Metadata headers, int attempt, Consumer<String> ended) {
        try {
            // gRPC writes into the metadata of a call, so each attempt gets its own.
            client.run(endpoint, request, CallMetadata.passedOn(headers), STEP_TIMEOUT)
                    .whenComplete((answer, bug) -> {
                        if (answer == null) {
                            finish(ended, String.valueOf(bug.getMessage()));
                        } else if (Retcode.saysNotExecuted(answer.retcode()) && attempt < ATTEMPTS) {
                            again(attempt, () -> send(endpoint, request, headers, attempt + 1, ended));
                        } else {
                            finish(ended, answer.retcode());
                        }
                    });
        } catch (EdgeException e) {
            finish(ended, String.valueOf(e.getMessage()));
        }
    }

    /** Brings a result to a callback. */
    void callBack(String endpoint, LambdaResponse result, Runnable ended) {
        callBack(endpoint, result, 1, ended);
    }

    private void callBack(String endpoint, LambdaResponse result, int attempt, Runnable ended) {
        var listener = new UnaryCall.Listener<Void>() {
            @Override
            public void onAnswer(Void answer) {
                transport.control().execute(ended);
            }

            @Override
            public void onFailure(Status status, boolean sent) {
                if (!sent && attempt < ATTEMPTS) {
                    again(attempt, () -> callBack(endpoint, result, attempt + 1, ended));
                } else {
                    giveUp(endpoint, UnaryCall.describe(status), ended);
                }
            }
        };
        try {
            UnaryCall.start(
                    transport.channel(endpoint),
                    CallbackServerGrpc.getReceiveResponseMethod(),
                    result,
                    new Metadata(),
                    CALLBACK_TIMEOUT,
                    listener);
        } catch (EdgeException e) {
            giveUp(endpoint, String.valueOf(e.getMessage()), ended);
        }
    }

    private void giveUp(String endpoint, String error, Runnable ended) {
        LOG.atWarn()
                .addKeyValue("callback", endpoint)
                .addKeyValue("error", error)
                .log("result could not be delivered");
        transport.control().execute(ended);
    }

    private void again(int attempt, Runnable task) {
        transport
                .control()
                .after(BACKOFF.after(attempt, () -> ThreadLocalRandom.current().nextDouble()), task);
    }

    private void finish(Consumer<String> ended, String retcode) {
        transport.control().execute(() -> ended.accept(retcode));
    }
}
