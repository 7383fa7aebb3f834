package io.fogwhisk.edge.rpc;

import io.grpc.Metadata;
import java.util.Optional;
import java.util.Set;

/** The gRPC metadata that edge nodes of ours add to the calls; foreign nodes ignore it and drop it. */
public final class CallMetadata {

    /** On a lambda: who calls, as in the HTTP header of that name. Routers pass it on. */
    public static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    /** On a lambda: in which form the caller wants the answer; a matter of caller and executor. Routers pass it on. */
    public static final Metadata.Key<String> REPLY =
            Metadata.Key.of("fogwhisk-reply", Metadata.ASCII_STRING_MARSHALLER);

    /** On a lambda: {@code true} if it may run twice. Routers pass it on. */
    public static final Metadata.Key<String> IDEMPOTENT =
            Metadata.Key.of("fogwhisk-idempotent", Metadata.ASCII_STRING_MARSHALLER);

    /** On an announcement: after how many milliseconds without another one its node is gone. */
    public static final Metadata.Key<String> LEASE =
            Metadata.Key.of("fogwhisk-lease", Metadata.ASCII_STRING_MARSHALLER);

    /** On an announcement: differs from one start of a node to the next. */
    public static final Metadata.Key<String> INSTANCE =
            Metadata.Key.of("fogwhisk-instance", Metadata.ASCII_STRING_MARSHALLER);

    private static final Set<Metadata.Key<?>> PASSED_ON = Set.of(AUTHORIZATION, REPLY, IDEMPOTENT);

    private CallMetadata() {}

    /** What a router passes on of the metadata of a lambda. */
    public static Metadata passedOn(Metadata headers) {
        Metadata copy = new Metadata();
        copy.merge(headers, PASSED_ON);
        return copy;
    }

    /** Whether the caller says that the lambda may run twice. */
    public static boolean saysIdempotent(Metadata headers) {
        return "true".equals(headers.get(IDEMPOTENT));
    }

    static Metadata of(LambdaCall call) {
        Metadata headers = new Metadata();
        call.authorization().ifPresent(value -> headers.put(AUTHORIZATION, value));
        call.reply().ifPresent(value -> headers.put(REPLY, value));
        return headers;
    }

    static Optional<String> value(Metadata headers, Metadata.Key<String> key) {
        return Optional.ofNullable(headers.get(key));
    }
}
