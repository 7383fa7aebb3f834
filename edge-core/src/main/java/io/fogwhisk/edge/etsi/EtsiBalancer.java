package io.fogwhisk.edge.etsi;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.edge.controller.ComputerListener;
import io.fogwhisk.edge.controller.ComputerNode;
import io.fogwhisk.edge.rpc.ControlThread;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Endpoint;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.rpc.proto.etsi.AddressTuple;
import io.fogwhisk.edge.rpc.proto.etsi.Lambda;
import io.fogwhisk.edge.rpc.proto.etsi.UeAppLcmProxyGrpc;
import io.fogwhisk.edge.rpc.proto.etsi.Void;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a remote proxy informed of the lambdas there are and of a default computer for each, and spreads the proxy's
 * active client contexts over the computers: once per period, if the contexts or the computers have changed.
 *
 * <p>One call at a time, each with a deadline. A proxy that fails is told everything again in the next period, as it may
 * have lost what it knew. All state is confined to the control thread.
 */
public final class EtsiBalancer implements Service, ComputerListener {

    private static final Logger LOG = LoggerFactory.getLogger(EtsiBalancer.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final String proxy;
    private final Duration period;
    private final EdgeTransport transport;
    private final ContextBalancer balancer = new ContextBalancer();
    private final Set<String> toldLambdas = new HashSet<>();
    private final Map<String, String> toldDefaults = new HashMap<>();
    private final Deque<Association> associations = new ArrayDeque<>();
    private @Nullable List<Association> balanced;
    private boolean busy;
    private volatile boolean lost;
    private volatile boolean closed;
    private ControlThread.@Nullable Timer timer;

    /**
     * A balancer that has not started; to be given to a controller on the same transport.
     *
     * @param proxy {@code host:port}
     * @param period more than zero
     */
    public EtsiBalancer(String proxy, Duration period, EdgeTransport transport) {
        this.proxy = Endpoint.parse(proxy).toString();
        this.period = Objects.requireNonNull(period, "period is null");
        this.transport = Objects.requireNonNull(transport, "transport is null");
        if (period.isZero() || period.isNegative()) {
            throw new EdgeException("balanced-period must be more than 0, was " + period);
        }
    }

    @Override
    public void start() {
        timer = transport.control().every(period, this::rebalance);
    }

    /** Whether the last call to the proxy failed. */
    public boolean isLost() {
        return lost;
    }

    @Override
    public void close() {
        closed = true;
        if (timer != null) {
            timer.close();
        }
    }

    @Override
    public void announced(ComputerNode computer) {
        balancer.announced(computer);
        balanced = null;
        tell();
    }

    @Override
    public void removed(String endpoint) {
        balancer.removed(endpoint);
        balanced = null;
        tell();
    }

    private void rebalance() {
        if (busy || closed) {
            return;
        }
        send(UeAppLcmProxyGrpc.getContextsMethod(), Void.getDefaultInstance(), contexts -> {
            List<Association> active = contexts.getContextsList().stream()
                    .map(each -> new Association(each.getAddress(), each.getAppName(), ""))
                    .toList();
            if (!active.equals(balanced)) {
                balanced = active;
                associations.clear();
                associations.addAll(balancer.balance(active));
            }
        });
    }

    /** Sends the next thing that the proxy does not know yet. */
    private void tell() {
        if (busy || closed || lost) {
            return;
        }
        Map<String, String> defaults = balancer.defaults();
        for (String lambda : toldDefaults.keySet()) {
            if (!defaults.containsKey(lambda)) {
                send(
                        UeAppLcmProxyGrpc.getRemoveAddressMethod(),
                        tuple("", lambda, ""),
                        done -> toldDefaults.remove(lambda));
                return;
            }
        }
        for (String lambda : toldLambdas) {
            if (!defaults.containsKey(lambda)) {
                send(UeAppLcmProxyGrpc.getDelLambdaMethod(), lambda(lambda), done -> toldLambdas.remove(lambda));
                return;
            }
        }
        for (Map.Entry<String, String> each : defaults.entrySet()) {
            String lambda = each.getKey();
            String computer = each.getValue();
            if (!toldLambdas.contains(lambda)) {
                send(UeAppLcmProxyGrpc.getAddLambdaMethod(), lambda(lambda), done -> toldLambdas.add(lambda));
                return;
            }
            if (!computer.equals(toldDefaults.get(lambda))) {
                send(
                        UeAppLcmProxyGrpc.getAssociateAddressMethod(),
                        tuple("", lambda, computer),
                        done -> toldDefaults.put(lambda, computer));
                return;
            }
        }
        Association next = associations.poll();
        if (next != null) {
            AddressTuple tuple = tuple(next.client(), next.lambda(), next.server());
            send(UeAppLcmProxyGrpc.getAssociateAddressMethod(), tuple, done -> {});
        }
    }

    private <Q, A> void send(MethodDescriptor<Q, A> method, Q request, Consumer<A> then) {
        busy = true;
        try {
            UnaryCall.stage(transport.channel(proxy), method, request, new Metadata(), TIMEOUT)
                    .whenComplete((answer, failure) -> transport.control().execute(() -> {
                        busy = false;
                        if (failure != null) {
                            failed(String.valueOf(failure.getMessage()));
                            return;
                        }
                        found();
                        then.accept(answer);
                        tell();
                    }));
        } catch (EdgeException e) {
            busy = false;
            failed(String.valueOf(e.getMessage()));
        }
    }

    private void failed(String error) {
        if (!lost && !closed) {
            LOG.atWarn().addKeyValue("proxy", proxy).addKeyValue("error", error).log("etsi proxy lost");
        }
        lost = true;
        toldLambdas.clear();
        toldDefaults.clear();
        associations.clear();
        balanced = null;
    }

    private void found() {
        if (lost) {
            LOG.atInfo().addKeyValue("proxy", proxy).log("etsi proxy found");
        }
        lost = false;
    }

    private static AddressTuple tuple(String client, String lambda, String server) {
        return AddressTuple.newBuilder()
                .setClient(client)
                .setAppName(lambda)
                .setServer(server)
                .build();
    }

    private static Lambda lambda(String name) {
        return Lambda.newBuilder().setValue(name).build();
    }
}
