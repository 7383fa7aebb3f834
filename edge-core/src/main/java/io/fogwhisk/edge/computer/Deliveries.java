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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands requests and results on to other nodes: a few times with growing waits in between. What must not arrive twice is
 * sent again only as long as the other node has certainly not taken it. Call it on the control thread, where it also
 * calls back.
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

    /**
     * How handing on a request ended.
     *
     * @param retcode {@link Retcode#OK} if it was taken, else why not
     * @param unclear true if it may have been taken nevertheless: it was sent, and no answer came
     */
    record Delivery(String retcode, boolean unclear) {

        boolean taken() {
            return retcode.equals(Retcode.OK);
        }
    }

    /** Sends a request for another step, as long as it has certainly not been taken. */
    void send(String endpoint, LambdaRequest request, Metadata headers, Consumer<Delivery> ended) {
        new Sending(endpoint, RunRequest.of(request), headers, false, ended).attempt();
    }

    /** Sends a request that may arrive twice, until it is answered. */
    void sendRepeatable(String endpoint, LambdaRequest request, Metadata headers, Consumer<Delivery> ended) {
        new Sending(endpoint, RunRequest.of(request), headers, true, ended).attempt();
    }

    /** One request on its way; only one attempt is under way at a time. */
    private final class Sending {
        private final String endpoint;
        private final RunRequest request;
        private final Metadata headers;
        private final boolean repeatable;
        private final Consumer<Delivery> ended;
        private final AtomicInteger attempts = new AtomicInteger();
        private volatile boolean unclear;

        Sending(String endpoint, RunRequest request, Metadata headers, boolean repeatable, Consumer<Delivery> ended) {
            this.endpoint = endpoint;
            this.request = request;
            this.headers = headers;
            this.repeatable = repeatable;
            this.ended = ended;
        }

        void attempt() {
            attempts.incrementAndGet();
            try {
                // gRPC writes into the metadata of a call, so each attempt gets its own.
                client.run(endpoint, request, CallMetadata.passedOn(headers), STEP_TIMEOUT)
                        .whenComplete((answer, bug) -> {
                            if (answer == null) {
                                finish(String.valueOf(bug.getMessage()));
                            } else {
                                answered(answer.retcode());
                            }
                        });
            } catch (EdgeException e) {
                finish(String.valueOf(e.getMessage()));
            }
        }

        private void answered(String retcode) {
            boolean notTaken = Retcode.saysNotExecuted(retcode);
            boolean unanswered = !notTaken && retcode.startsWith(Retcode.RPC_FAILED);
            unclear = unclear || unanswered;
            if ((notTaken || (unanswered && repeatable)) && attempts.get() < ATTEMPTS) {
                again(attempts.get(), this::attempt);
            } else {
                finish(retcode);
            }
        }

        private void finish(String retcode) {
            Delivery delivery = new Delivery(retcode, unclear && !retcode.equals(Retcode.OK));
            transport.control().execute(() -> ended.accept(delivery));
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
}
