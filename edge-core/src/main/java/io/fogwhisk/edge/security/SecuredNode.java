package io.fogwhisk.edge.security;

import io.fogwhisk.edge.rpc.EdgeException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node's transport needs of its security: the credentials of ports and channels, and a guard. Thread-safe. */
public final class SecuredNode {

    /** How often {@link #renew} is to be called. */
    public static final Duration RENEWAL = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(SecuredNode.class);

    private final Optional<TlsIdentity> identity;
    private final boolean clearControl;
    private final Guard guard;
    private final boolean guarded;
    private final Optional<AnnounceToken> token;

    /**
     * Reads the files that the security names.
     *
     * @throws EdgeException if one is missing, can't be read, is open to others or has expired, naming it
     */
    public SecuredNode(EdgeSecurity security, Clock clock) {
        token = security.announcers().token();
        if (security instanceof EdgeSecurity.MutualTls tls) {
            identity = Optional.of(new TlsIdentity(tls.files(), clock));
            clearControl = tls.clearControl();
        } else {
            identity = Optional.empty();
            clearControl = true;
        }
        guard = new Guard(security.announcers(), !clearControl);
        guarded = !clearControl || token.isPresent();
    }

    /** Whether files may change, so that {@link #renew} has something to do. */
    public boolean isRenewable() {
        return identity.isPresent();
    }

    /** Whether lambdas and control go different ways, so that an endpoint is reached by two channels. */
    public boolean isSplit() {
        return identity.isPresent() && clearControl;
    }

    /** Whether a method is one of those that run lambdas. */
    public static boolean runsLambda(MethodDescriptor<?, ?> method) {
        return Access.runsLambdas(String.valueOf(method.getServiceName()));
    }

    /** What a port is opened with; its services run lambdas, or none of them does. */
    public ServerCredentials port(List<ServerServiceDefinition> services) {
        boolean clear = clearControl
                && services.stream()
                        .noneMatch(each ->
                                Access.runsLambdas(each.getServiceDescriptor().getName()));
        return identity.isEmpty() || clear
                ? InsecureServerCredentials.create()
                : identity.get().ports();
    }

    /** What a channel for lambdas, and if the ways are not split for everything, is opened with. */
    public ChannelCredentials channel() {
        return identity.map(TlsIdentity::calls).orElseGet(InsecureChannelCredentials::create);
    }

    /** What a channel for control alone is opened with, if the ways are split. */
    public ChannelCredentials controlChannel() {
        return InsecureChannelCredentials.create();
    }

    /** The channel, with the token shown where it gives rights and nowhere else. */
    public Channel showingToken(Channel channel) {
        return token.isEmpty() ? channel : ClientInterceptors.intercept(channel, new TokenBearer(token.get()));
    }

    /**
     * The services of a port as callers from outside the process may use them.
     *
     * @param role what the log calls the server
     * @param host that it is bound to
     */
    public List<ServerServiceDefinition> guard(String role, String host, List<ServerServiceDefinition> services) {
        if (!guarded && offers(services, Access.ANNOUNCERS) && !isLoopback(host)) {
            LOG.atWarn()
                    .addKeyValue("role", role)
                    .addKeyValue("host", host)
                    .log("everybody who reaches this port may announce or change tables; use --secure or --token-file");
        }
        return services.stream().map(this::guard).toList();
    }

    private ServerServiceDefinition guard(ServerServiceDefinition service) {
        List<ServerServiceDefinition> alone = List.of(service);
        // Nothing stands between the network and lambdas that everybody may run.
        return guarded && (offers(alone, Access.ANNOUNCERS) || offers(alone, Access.NODES))
                ? ServerInterceptors.intercept(service, guard)
                : service;
    }

    private static boolean offers(List<ServerServiceDefinition> services, Access access) {
        return services.stream()
                .flatMap(service -> service.getMethods().stream())
                .anyMatch(each -> Access.to(each.getMethodDescriptor().getFullMethodName()) == access);
    }

    /** Reads files again that have changed; does file I/O. */
    public void renew() {
        identity.ifPresent(TlsIdentity::renew);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private record TokenBearer(AnnounceToken token) implements ClientInterceptor {

        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            ClientCall<Q, A> call = next.newCall(method, options);
            // Never with callbacks and states: clients say where those go, and would be told the token.
            if (Access.to(method.getFullMethodName()) != Access.ANNOUNCERS) {
                return call;
            }
            return new SimpleForwardingClientCall<>(call) {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    headers.discardAll(Guard.TOKEN);
                    headers.put(Guard.TOKEN, token.secret());
                    super.start(listener, headers);
                }
            };
        }
    }
}
