package io.fogwhisk.edge.rpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request to run a lambda on its way: bytes if it came over the network, the message itself within a process. A router
 * reads only what routing needs and passes the rest on as it came, with fields that it does not know. Immutable.
 */
public final class RunRequest {

    private static final int FORWARD_TAG = LambdaRequest.FORWARD_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final int HOPS_TAG = LambdaRequest.HOPS_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;

    private static final int UNKNOWN = -1;

    // Exactly one of them is there; forward and hops in it do not count.
    private final @Nullable LambdaRequest message;
    private final byte @Nullable [] bytes;

    private final String name;
    private final int size;
    private final boolean dry;
    private final boolean forward;
    private final int hops;

    private RunRequest(
            @Nullable LambdaRequest message,
            byte @Nullable [] bytes,
            String name,
            int size,
            boolean dry,
            boolean forward,
            int hops) {
        this.message = message;
        this.bytes = bytes;
        this.name = name;
        this.size = size;
        this.dry = dry;
        this.forward = forward;
        this.hops = hops;
    }

    /** The request that a message makes. */
    public static RunRequest of(LambdaRequest message) {
        return new RunRequest(
                message, null, message.getName(), UNKNOWN, message.getDry(), message.getForward(), message.getHops());
    }

    /**
     * Reads a request as far as routing needs it.
     *
     * @param bytes the request's from now on
     * @throws InvalidProtocolBufferException if the bytes are no message
     */
    static RunRequest parse(byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        String name = "";
        int size = 0;
        boolean dry = false;
        boolean forward = false;
        int hops = 0;
        ByteArrayOutputStream rest = null;
        int keptUntil = 0;
        for (int at = 0, tag = in.readTag(); tag != 0; at = in.getTotalBytesRead(), tag = in.readTag()) {
            switch (tag) {
                case LambdaRequest.NAME_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
                    name = in.readStringRequireUtf8();
                case LambdaRequest.INPUT_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED,
                        LambdaRequest.DATAIN_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    int length = in.readRawVarint32();
                    in.skipRawBytes(length);
                    size = Math.max(size, length);
                }
                case LambdaRequest.DRY_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT -> dry = in.readBool();
                case FORWARD_TAG, HOPS_TAG -> {
                    if (tag == FORWARD_TAG) {
                        forward = in.readBool();
                    } else {
                        hops = in.readUInt32();
                    }
                    rest = rest == null ? new ByteArrayOutputStream(bytes.length) : rest;
                    rest.write(bytes, keptUntil, at - keptUntil);
                    keptUntil = in.getTotalBytesRead();
                }
                default -> {
                    if (!in.skipField(tag)) {
                        throw new InvalidProtocolBufferException("a group ends that did not begin");
                    }
                }
            }
        }
        byte[] kept = bytes;
        if (rest != null) {
            rest.write(bytes, keptUntil, bytes.length - keptUntil);
            kept = rest.toByteArray();
        }
        return new RunRequest(null, kept, name, size, dry, forward, hops);
    }

    /** Of the lambda. */
    public String name() {
        return name;
    }

    /** Bytes of input text or input data, whichever is more. */
    public int size() {
        // Only dispatchers ask, and to know it of a message in this process is to encode its input.
        LambdaRequest known = message;
        return known == null
                ? size
                : Math.max(known.getInputBytes().size(), known.getDatain().size());
    }

    /** Whether to estimate instead of running. */
    public boolean dry() {
        return dry;
    }

    /** Whether a router sent it, so that only final destinations may be used. */
    public boolean forward() {
        return forward;
    }

    /** How many nodes it passed; unsigned. */
    public int hops() {
        return hops;
    }

    /** The same request, one hop further. */
    public RunRequest onward() {
        return new RunRequest(message, bytes, name, size, dry, true, hops + 1);
    }

    /** The same request as a question how long it would take. */
    public RunRequest asDry() {
        return of(proto().toBuilder().setDry(true).build());
    }

    /**
     * The whole message.
     *
     * @throws EdgeException if it cannot be read
     */
    public LambdaRequest proto() {
        LambdaRequest known = message;
        if (known == null) {
            try {
                return LambdaRequest.parser().parsePartialFrom(Objects.requireNonNull(bytes)).toBuilder()
                        .setForward(forward)
                        .setHops(hops)
                        .build();
            } catch (InvalidProtocolBufferException e) {
                throw new EdgeException("the request cannot be read: " + e.getMessage(), e);
            }
        }
        if (known.getForward() == forward && known.getHops() == hops) {
            return known;
        }
        return known.toBuilder().setForward(forward).setHops(hops).build();
    }

    /** How many bytes {@link #writeTo} writes. */
    int length() {
        byte[] known = bytes;
        if (known == null) {
            return proto().getSerializedSize();
        }
        return known.length
                + (forward ? CodedOutputStream.computeBoolSize(LambdaRequest.FORWARD_FIELD_NUMBER, true) : 0)
                + (hops == 0 ? 0 : CodedOutputStream.computeUInt32Size(LambdaRequest.HOPS_FIELD_NUMBER, hops));
    }

    void writeTo(OutputStream out) throws IOException {
        byte[] known = bytes;
        if (known == null) {
            proto().writeTo(out);
            return;
        }
        out.write(known);
        byte[] tail = new byte[length() - known.length];
        CodedOutputStream coded = CodedOutputStream.newInstance(tail);
        if (forward) {
            coded.writeBool(LambdaRequest.FORWARD_FIELD_NUMBER, true);
        }
        if (hops != 0) {
            coded.writeUInt32(LambdaRequest.HOPS_FIELD_NUMBER, hops);
        }
        out.write(tail);
    }

    /** Says what is called, not with what. */
    @Override
    public String toString() {
        return "RunRequest[" + name + ", hops=" + hops + "]";
    }
}
