package io.fogwhisk.edge.security;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refuses calls from outside the process that their caller has no right to make. Thread-safe. */
final class Guard implements ServerInterceptor {

    /** Where a call shows the token. */
    static final Metadata.Key<String> TOKEN = Metadata.Key.of("fogwhisk-token", Metadata.ASCII_STRING_MARSHALLER);

    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
    private static final int REMEMBERED = 1_000;

    private final Announcers announcers;
    private final boolean certificates;
    private final Map<String, Boolean> refused = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** @param certificates whether callers have them; if not, only announcements are guarded, by the token */
    Guard(Announcers announcers, boolean certificates) {
        this.announcers = announcers;
        this.certificates = certificates;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        Optional<String> refusal = refusal(method, call.getAttributes(), headers);
        if (refusal.isEmpty()) {
            return next.startCall(call, headers);
        }
        tell(call.getAttributes(), method, refusal.get());
        call.close(Status.PERMISSION_DENIED.withDescription(refusal.get()), new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private Optional<String> refusal(String method, Attributes attributes, Metadata headers) {
        Access access = Access.to(method);
        if (access == Access.EVERYBODY || (access == Access.NODES && !certificates)) {
            return Optional.empty();
        }
        Optional<PeerName> peer = PeerName.of(attributes);
        if (peer.filter(this::isNode).isPresent()) {
            return Optional.empty();
        }
        boolean byToken = access == Access.ANNOUNCERS && announcers.token().isPresent();
        if (byToken && announcers.token().get().isShownBy(headers.get(TOKEN))) {
            return Optional.empty();
        }
        return Optional.of(sentence(method, peer, byToken, headers.containsKey(TOKEN)));
    }

    private boolean isNode(PeerName peer) {
        return peer.units().contains(Announcers.UNIT)
                || peer.commonNames().stream().anyMatch(announcers.commonNames()::contains);
    }

    private static String sentence(String method, Optional<PeerName> peer, boolean byToken, boolean shown) {
        String wanted = byToken ? "the token of its --token-file" : "";
        if (peer.isPresent()) {
            wanted = "a certificate with OU=" + Announcers.UNIT + " or named by its --announcers"
                    + (byToken ? ", or " + wanted : "");
        }
        String has = peer.map(known -> "; the caller is " + known.subject()).orElse("")
                + (byToken ? (shown ? ", with another token" : ", without a token") : "");
        return "refused: " + method + " takes " + wanted + has;
    }

    private void tell(Attributes attributes, String method, String refusal) {
        SocketAddress address = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        String peer = address instanceof InetSocketAddress known
                ? known.getAddress().getHostAddress()
                : String.valueOf(address);
        boolean first;
        synchronized (refused) {
            first = refused.put(peer + " " + method, true) == null;
        }
        if (first) {
            LOG.atWarn()
                    .addKeyValue("peer", peer)
                    .addKeyValue("error", refusal)
                    .log("call refused, more of the kind from this peer are not logged");
        }
    }
}
