package io.fogwhisk.edge.rpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The service {@code uiiit.rpc.EdgeServer} with messages that are read no further than needed. Within a process they
 * are handed over as they are.
 */
public final class RunLambda {

    /** Runs a lambda, or has it run. */
    public static final MethodDescriptor<RunRequest, RunAnswer> METHOD =
            MethodDescriptor.<RunRequest, RunAnswer>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("uiiit.rpc.EdgeServer/RunLambda")
                    .setRequestMarshaller(new Marshaller<>(
                            RunRequest.class, RunRequest::parse, RunRequest::length, RunRequest::writeTo))
                    .setResponseMarshaller(
                            new Marshaller<>(RunAnswer.class, RunAnswer::parse, RunAnswer::length, RunAnswer::writeTo))
                    .setSampledToLocalTracing(false)
                    .build();

    /** Its only service. */
    public static final ServiceDescriptor SERVICE = ServiceDescriptor.newBuilder("uiiit.rpc.EdgeServer")
            .addMethod(METHOD)
            .build();

    private RunLambda() {}

    private interface Parser<T> {
        T parse(byte[] bytes) throws IOException;
    }

    private interface Writer<T> {
        void write(T message, OutputStream out) throws IOException;
    }

    private record Marshaller<T>(Class<T> type, Parser<T> parser, ToIntFunction<T> length, Writer<T> writer)
            implements MethodDescriptor.Marshaller<T> {

        @Override
        public InputStream stream(T message) {
            return new Outgoing<>(message, this);
        }

        @Override
        public T parse(InputStream stream) {
            if (stream instanceof Outgoing<?> handedOver && type.isInstance(handedOver.message)) {
                return type.cast(handedOver.message);
            }
            try {
                return parser.parse(stream.readAllBytes());
            } catch (IOException e) {
                throw Status.INTERNAL
                        .withDescription("Invalid protobuf byte sequence")
                        .withCause(e)
                        .asRuntimeException();
            }
        }
    }

    /** A message that is about to be written, or handed over within the process. */
    private static final class Outgoing<T> extends InputStream implements Drainable, KnownLength {
        private final T message;
        private final Marshaller<T> marshaller;
        private @Nullable InputStream bytes;
        private boolean drained;

        Outgoing(T message, Marshaller<T> marshaller) {
            this.message = message;
            this.marshaller = marshaller;
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            if (bytes != null) {
                return Math.toIntExact(bytes.transferTo(target));
            }
            if (drained) {
                return 0;
            }
            drained = true;
            int length = marshaller.length.applyAsInt(message);
            marshaller.writer.write(message, target);
            return length;
        }

        @Override
        public int available() throws IOException {
            if (bytes != null) {
                return bytes.available();
            }
            return drained ? 0 : marshaller.length.applyAsInt(message);
        }

        @Override
        public int read() throws IOException {
            return opened().read();
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            return opened().read(target, from, length);
        }

        private InputStream opened() throws IOException {
            InputStream known = bytes;
            if (known == null) {
                ByteArrayOutputStream all = new ByteArrayOutputStream(available());
                if (!drained) {
                    marshaller.writer.write(message, all);
                }
                known = new ByteArrayInputStream(all.toByteArray());
                bytes = known;
            }
            return known;
        }
    }
}
