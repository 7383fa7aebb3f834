package io.fogwhisk.lean.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lines that a child behind a socket sends. Not thread-safe. */
final class AnswerLines {

    private static final int STATUS = "200 ".length();
    /** An answer longer than allowed is read to its end and dropped, but not for ever. */
    private static final long MAX_READ = 64L << 20;

    private final ReadableByteChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(32 * 1024);
    private byte[] line = new byte[1024];

    AnswerLines(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for the next answer.
     *
     * @return null if the child has ended, or does not keep to the protocol
     * @throws IOException if the connection breaks
     */
    @Nullable
    ChildAnswer next() throws IOException {
        long length = 0;
        while (true) {
            buffer.clear();
            int count = channel.read(buffer);
            if (count < 0) {
                return null;
            }
            boolean last = buffer.get(count - 1) == '\n';
            int body = last ? count - 1 : count;
            append(length, body);
            length += body;
            if (last) {
                return answer(length);
            }
            if (length > MAX_READ) {
                return new ChildAnswer.TooLong(length - STATUS, false);
            }
        }
    }

    private void append(long length, int count) {
        if (length + count > STATUS + ChildAnswer.MAX_BYTES) {
            return;
        }
        int end = (int) length + count;
        if (end > line.length) {
            line = Arrays.copyOf(line, Math.max(end, line.length * 2));
        }
        buffer.flip();
        buffer.get(line, (int) length, count);
    }

    private @Nullable ChildAnswer answer(long length) {
        long bytes = length - STATUS;
        if (bytes > ChildAnswer.MAX_BYTES) {
            return new ChildAnswer.TooLong(bytes, true);
        }
        if (bytes < 0 || line[STATUS - 1] != ' ') {
            return null;
        }
        boolean ok = line[0] == '2' && line[1] == '0' && line[2] == '0';
        ChildAnswer answer =
                new ChildAnswer.Answered(ok, new String(line, STATUS, (int) bytes, StandardCharsets.UTF_8));
        if (line.length > 64 * 1024) {
            // One long answer must not hold its memory as long as the child lives.
            line = new byte[1024];
        }
        return answer;
    }
}
