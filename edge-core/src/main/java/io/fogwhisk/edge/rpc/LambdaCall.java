package io.fogwhisk.edge.rpc;

import com.google.protobuf.ByteString;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.grpc.Metadata;
import java.util.Objects;
import java.util.Optional;

/**
 * A request to run a lambda.
 *
 * @param name of the lambda, not empty
 * @param input text for the lambda
 * @param data bytes for the lambda
 * @param dry true to estimate instead of running
 * @param forward true when a router sent it, so that only final destinations may be used
 * @param hops how many nodes it passed, 0 from clients
 * @param uuid of the request, or empty
 * @param authorization who calls, as an HTTP {@code Authorization} header; a secret, not for logs
 * @param reply in which form the answer is wanted; a matter of caller and executor
 */
public record LambdaCall(
        String name,
        String input,
        ByteString data,
        boolean dry,
        boolean forward,
        int hops,
        String uuid,
        Optional<String> authorization,
        Optional<String> reply) {

    /** Checks for null and the name. */
    public LambdaCall {
        Objects.requireNonNull(input, "input is null");
        Objects.requireNonNull(data, "data is null");
        Objects.requireNonNull(uuid, "uuid is null");
        Objects.requireNonNull(authorization, "authorization is null");
        Objects.requireNonNull(reply, "reply is null");
        if (name.isEmpty()) {
            throw new EdgeException("the name of a lambda must not be empty");
        }
    }

    /** A client's call with a text. */
    public static LambdaCall of(String name, String input) {
        return new LambdaCall(name, input, ByteString.EMPTY, false, false, 0, "", Optional.empty(), Optional.empty());
    }

    /** The same call in somebody's name. */
    public LambdaCall authorizedBy(String header) {
        return new LambdaCall(name, input, data, dry, forward, hops, uuid, Optional.of(header), reply);
    }

    /** The same call with a wish for the form of the answer. */
    public LambdaCall replyAs(String form) {
        return new LambdaCall(name, input, data, dry, forward, hops, uuid, authorization, Optional.of(form));
    }

    /** Reads a request; what is not in the record is ignored. */
    public static LambdaCall fromProto(LambdaRequest request, Metadata headers) {
        return new LambdaCall(
                request.getName(),
                request.getInput(),
                request.getDatain(),
                request.getDry(),
                request.getForward(),
                request.getHops(),
                request.getUuid(),
                CallMetadata.value(headers, CallMetadata.AUTHORIZATION),
                CallMetadata.value(headers, CallMetadata.REPLY));
    }

    /** The request; {@link #authorization} and {@link #reply} travel as metadata instead. */
    public LambdaRequest toProto() {
        return LambdaRequest.newBuilder()
                .setName(name)
                .setInput(input)
                .setDatain(data)
                .setDry(dry)
                .setForward(forward)
                .setHops(hops)
                .setUuid(uuid)
                .build();
    }

    /** Says what is called, not with what. */
    @Override
    public String toString() {
        return "LambdaCall[" + name + ", hops=" + hops + "]";
    }
}
