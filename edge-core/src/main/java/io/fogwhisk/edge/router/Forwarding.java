package io.fogwhisk.edge.router;

import io.fogwhisk.edge.rpc.CallMetadata;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.table.ForwardingTable;
import io.fogwhisk.edge.table.Reachability;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One lambda on its way, from one destination to the next until one takes it. Used by one thread at a time. */
final class Forwarding implements UnaryCall.Listener<LambdaResponse> {

    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);

    private final EdgeTransport transport;
    private final Reachability reachability;
    private final ForwardingTable table;
    private final Duration timeout;
    private final LambdaRequest request;
    private final Metadata headers;
    private final Consumer<LambdaResponse> answer;
    private List<String> tried = List.of();
    private String failure = "";
    private ForwardingTable.@Nullable Route route;
    private long startedAt;

    Forwarding(
            EdgeTransport transport,
            Reachability reachability,
            ForwardingTable table,
            Duration timeout,
            LambdaRequest request,
            Metadata headers,
            Consumer<LambdaResponse> answer) {
        this.transport = transport;
        this.reachability = reachability;
        this.table = table;
        this.timeout = timeout;
        this.request = request;
        this.headers = headers;
        this.answer = answer;
    }

    void next() {
        Optional<ForwardingTable.Route> picked = table.pick(request.getName(), tried);
        if (picked.isEmpty()) {
            String cause =
                    failure.isEmpty() ? table.absence(request.getName()).orElse(Retcode.NO_DESTINATION) : failure;
            refuse(cause);
            return;
        }
        ForwardingTable.Route to = picked.get();
        route = to;
        startedAt = System.nanoTime();
        Channel channel;
        try {
            channel = transport.channel(to.endpoint());
        } catch (EdgeException e) {
            onFailure(Status.UNAVAILABLE.withDescription(e.getMessage()), false);
            return;
        }
        // gRPC writes into the metadata of a call, so each attempt gets its own.
        Metadata onward = CallMetadata.passedOn(headers);
        UnaryCall.start(channel, EdgeServerGrpc.getRunLambdaMethod(), request, onward, timeout, this);
    }

    @Override
    public void onAnswer(LambdaResponse response) {
        ForwardingTable.Route from = started();
        if (response.getRetcode().equals(Retcode.OK)) {
            from.succeeded(Duration.ofNanos(System.nanoTime() - startedAt));
        } else {
            from.ended();
        }
        if (reachability.reachable(from.endpoint())) {
            LOG.atInfo().addKeyValue("destination", from.endpoint()).log("destination found");
        }
        answer.accept(
                response.getResponder().isEmpty()
                        ? response.toBuilder().setResponder(from.endpoint()).build()
                        : response);
    }

    @Override
    public void onFailure(Status status, boolean sent) {
        ForwardingTable.Route from = started();
        from.ended();
        String destination = from.endpoint();
        if (sent || status.getCode() != Status.Code.UNAVAILABLE) {
            refuse(Retcode.RPC_FAILED + destination + ": " + status.getCode() + ", " + UnaryCall.describe(status));
            return;
        }
        failure = Retcode.RPC_FAILED + destination + " is unreachable: " + UnaryCall.describe(status);
        if (reachability.unreachable(destination, failure)) {
            LOG.atWarn()
                    .addKeyValue("destination", destination)
                    .addKeyValue("error", UnaryCall.describe(status))
                    .log("destination lost");
        }
        if (tried.isEmpty()) {
            tried = new ArrayList<>();
        }
        tried.add(destination);
        next();
    }

    private void refuse(String retcode) {
        answer.accept(LambdaResponse.newBuilder()
                .setRetcode(retcode)
                .setHops(request.getHops())
                .build());
    }

    private ForwardingTable.Route started() {
        ForwardingTable.Route known = route;
        if (known == null) {
            throw new IllegalStateException("an answer without a call");
        }
        return known;
    }
}
