package io.fogwhisk.edge.rpc;

import com.google.protobuf.ByteString;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import java.util.Objects;

/** How a lambda ended. */
public sealed interface LambdaResult {

    /** Who answered: an endpoint, or empty if unknown. */
    String responder();

    /** How many nodes the call passed, 0 if unknown. */
    int hops();

    /** The answer on the wire. */
    LambdaResponse toProto();

    /**
     * The lambda ran.
     *
     * @param output text
     * @param data bytes
     * @param processingMillis how long it ran, by the executor's clock
     * @param load1 percent of the executor's processor in use over the last second, 0 to 100
     */
    record Done(String output, ByteString data, String responder, int processingMillis, int load1, int hops)
            implements LambdaResult {

        /** Checks for null. */
        public Done {
            Objects.requireNonNull(output, "output is null");
            Objects.requireNonNull(data, "data is null");
            Objects.requireNonNull(responder, "responder is null");
        }

        @Override
        public LambdaResponse toProto() {
            return LambdaResponse.newBuilder()
                    .setRetcode(Retcode.OK)
                    .setOutput(output)
                    .setDataout(data)
                    .setResponder(responder)
                    .setPtime(processingMillis)
                    .setLoad1(load1)
                    .setHops(hops)
                    .build();
        }

        /** Says who answered, not what. */
        @Override
        public String toString() {
            return "Done[" + responder + ", hops=" + hops + "]";
        }
    }

    /**
     * The lambda did not run, or failed.
     *
     * @param retcode why, in a sentence; {@link Retcode#saysUnavailable} tells a fault of the edge domain from one of
     *     the function
     */
    record Failed(String retcode, String responder, int hops) implements LambdaResult {

        /** Checks that it is a failure. */
        public Failed {
            Objects.requireNonNull(responder, "responder is null");
            if (retcode.equals(Retcode.OK)) {
                throw new EdgeException("the retcode of a failure must not be OK");
            }
        }

        @Override
        public LambdaResponse toProto() {
            return LambdaResponse.newBuilder()
                    .setRetcode(retcode)
                    .setResponder(responder)
                    .setHops(hops)
                    .build();
        }
    }

    /** The lambda ran and returned a text. */
    static LambdaResult done(String output) {
        return new Done(output, ByteString.EMPTY, "", 0, 0, 0);
    }

    /** The lambda failed. */
    static LambdaResult failed(String retcode) {
        return new Failed(retcode, "", 0);
    }

    /** Reads an answer. */
    static LambdaResult fromProto(LambdaResponse response) {
        if (response.getRetcode().equals(Retcode.OK)) {
            return new Done(
                    response.getOutput(),
                    response.getDataout(),
                    response.getResponder(),
                    response.getPtime(),
                    response.getLoad1(),
                    response.getHops());
        }
        return new Failed(response.getRetcode(), response.getResponder(), response.getHops());
    }
}
