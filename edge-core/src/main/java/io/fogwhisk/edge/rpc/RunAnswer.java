package io.fogwhisk.edge.rpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request to run a lambda on its way back: bytes if it came over the network, the message itself within a
 * process. A router reads only what it learns from and passes the rest on as it came. Immutable.
 */
public final class RunAnswer {

    // Exactly one of them is there.
    private final @Nullable LambdaResponse message;
    private final byte @Nullable [] bytes;

    private final String retcode;
    private final String responder;
    private final int processingMillis;
    private final int load1;

    private RunAnswer(
            @Nullable LambdaResponse message,
            byte @Nullable [] bytes,
            String retcode,
            String responder,
            int processingMillis,
            int load1) {
        this.message = message;
        this.bytes = bytes;
        this.retcode = retcode;
        this.responder = responder;
        this.processingMillis = processingMillis;
        this.load1 = load1;
    }

    /** The answer that a message makes. */
    public static RunAnswer of(LambdaResponse message) {
        return new RunAnswer(
                message, null, message.getRetcode(), message.getResponder(), message.getPtime(), message.getLoad1());
    }

    /** The answer of a node that could not have the lambda run. */
    public static RunAnswer refusal(RunRequest request, String retcode) {
        return of(LambdaResponse.newBuilder()
                .setRetcode(retcode)
                .setHops(request.hops())
                .build());
    }

    /**
     * Reads an answer as far as a router needs it.
     *
     * @param bytes the answer's from now on
     * @throws InvalidProtocolBufferException if the bytes are no message
     */
    static RunAnswer parse(byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        String retcode = "";
        String responder = "";
        int processingMillis = 0;
        int load1 = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case LambdaResponse.RETCODE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                    retcode = in.readStringRequireUtf8();
                case LambdaResponse.RESPONDER_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                    responder = in.readStringRequireUtf8();
                case LambdaResponse.PTIME_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT ->
                    processingMillis = in.readUInt32();
                case LambdaResponse.LOAD1_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT -> load1 = in.readUInt32();
                default -> {
                    if (!in.skipField(tag)) {
                        throw new InvalidProtocolBufferException("a group ends that did not begin");
                    }
                }
            }
        }
        return new RunAnswer(null, bytes, retcode, responder, processingMillis, load1);
    }

    /** {@link Retcode#OK}, or what went wrong. */
    public String retcode() {
        return retcode;
    }

    /** Whether the lambda ran. */
    public boolean ok() {
        return retcode.equals(Retcode.OK);
    }

    /** Who answered, or empty if the answer does not say. */
    public String responder() {
        return responder;
    }

    /** How long the lambda ran, by the executor's clock, in milliseconds. */
    public int processingMillis() {
        return processingMillis;
    }

    /** The executor's load over the last second before the call, in percent. */
    public int load1() {
        return load1;
    }

    /** This answer, with a responder. */
    public RunAnswer from(String endpoint) {
        byte[] known = bytes;
        if (known == null) {
            return of(proto().toBuilder().setResponder(endpoint).build());
        }
        // Of a field that occurs twice the last one counts, so it can be appended.
        byte[] field =
                LambdaResponse.newBuilder().setResponder(endpoint).build().toByteArray();
        byte[] longer = new byte[known.length + field.length];
        System.arraycopy(known, 0, longer, 0, known.length);
        System.arraycopy(field, 0, longer, known.length, field.length);
        return new RunAnswer(null, longer, retcode, endpoint, processingMillis, load1);
    }

    /**
     * The whole message.
     *
     * @throws EdgeException if it cannot be read
     */
    public LambdaResponse proto() {
        if (message != null) {
            return message;
        }
        try {
            return LambdaResponse.parseFrom(Objects.requireNonNull(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new EdgeException("the answer cannot be read: " + e.getMessage(), e);
        }
    }

    /** How many bytes {@link #writeTo} writes. */
    int length() {
        return bytes == null ? proto().getSerializedSize() : bytes.length;
    }

    void writeTo(OutputStream out) throws IOException {
        if (bytes == null) {
            proto().writeTo(out);
        } else {
            out.write(bytes);
        }
    }

    /** Says who answered how, not what. */
    @Override
    public String toString() {
        return "RunAnswer[" + retcode + ", " + responder + "]";
    }
}
