package io.fogwhisk.edge.processor;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.proto.EdgeComputerGrpc;
import io.fogwhisk.edge.rpc.proto.Utilization;
import io.fogwhisk.edge.rpc.proto.Void;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Streams the utilisation of a simulated computer to whoever subscribes, to a hundred at most. Who reads too slowly
 * misses messages. Closing ends the streams.
 */
public final class UtilizationServer implements Service {

    private static final int MAX_SUBSCRIBERS = 100;

    private final EdgeTransport transport;
    private final String host;
    private final int port;
    private final Set<ServerCallStreamObserver<Utilization>> subscribers = ConcurrentHashMap.newKeySet();
    private @Nullable EdgePort open;

    /**
     * A server that has not started.
     *
     * @param port 0 for any free one
     */
    public UtilizationServer(EdgeTransport transport, String host, int port, SimulatedComputer computer) {
        this.transport = Objects.requireNonNull(transport, "transport is null");
        this.host = Objects.requireNonNull(host, "host is null");
        this.port = port;
        computer.observe(this::send);
    }

    @Override
    public void start() {
        open = transport.open("utilisation stream", host, port, new Streams().bindService());
    }

    /** Where it listens; after the start. */
    public String endpoint() {
        EdgePort known = open;
        if (known == null) {
            throw new IllegalStateException("the utilisation stream has not started");
        }
        return known.endpoint();
    }

    /** How many subscribers there are. */
    public int subscribers() {
        return subscribers.size();
    }

    @Override
    public void close() {
        for (ServerCallStreamObserver<Utilization> each : List.copyOf(subscribers)) {
            synchronized (each) {
                if (subscribers.remove(each)) {
                    each.onCompleted();
                }
            }
        }
        if (open != null) {
            open.close();
        }
    }

    private void send(Map<String, Double> utilisation) {
        Utilization.Builder message = Utilization.newBuilder();
        utilisation.forEach((processor, value) -> message.putValues(processor, value.floatValue()));
        Utilization built = message.build();
        for (ServerCallStreamObserver<Utilization> each : subscribers) {
            synchronized (each) {
                if (each.isReady() && subscribers.contains(each)) {
                    each.onNext(built);
                }
            }
        }
    }

    private final class Streams extends EdgeComputerGrpc.EdgeComputerImplBase {

        @Override
        public void streamUtil(Void request, StreamObserver<Utilization> observer) {
            var subscriber = (ServerCallStreamObserver<Utilization>) observer;
            subscriber.setOnCancelHandler(() -> subscribers.remove(subscriber));
            subscribers.add(subscriber);
            if (subscribers.size() > MAX_SUBSCRIBERS) {
                subscribers.remove(subscriber);
                subscriber.onError(Status.RESOURCE_EXHAUSTED
                        .withDescription("too many subscribers to the utilisation: " + MAX_SUBSCRIBERS)
                        .asRuntimeException());
            }
        }
    }
}
