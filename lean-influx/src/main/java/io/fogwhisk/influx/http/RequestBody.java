package io.fogwhisk.influx.http;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The body of a request, up to a limit, unpacked. */
final class RequestBody {

    private static final int CHUNK = 8_192;

    private RequestBody() {}

    /** Fails if the request says itself that its body is too large, or packed as nobody here can unpack it. */
    static void check(Context ctx, int maxBytes) {
        if (ctx.req().getContentLengthLong() > maxBytes) {
            throw tooLarge(maxBytes);
        }
        String encoding = ctx.header("Content-Encoding");
        if (!plain(encoding) && !"gzip".equalsIgnoreCase(encoding)) {
            throw new InfluxException(
                    ErrorCode.INVALID, "Content-Encoding " + encoding + " is not supported, use gzip");
        }
    }

    /** Reads a short body; waits for it. */
    static byte[] read(Context ctx, int maxBytes) {
        check(ctx, maxBytes);
        try (InputStream in = ctx.req().getInputStream()) {
            byte[] sent = in.readNBytes(maxBytes + 1);
            if (sent.length > maxBytes) {
                throw tooLarge(maxBytes);
            }
            return unpack(ctx, sent, maxBytes, held -> {});
        } catch (IOException e) {
            throw new InfluxException(ErrorCode.INVALID, "the body could not be read: " + e.getMessage(), e);
        }
    }

    /**
     * What a body was before it was packed.
     *
     * @param held is told how many bytes are held, before they are; it may refuse by throwing
     */
    static byte[] unpack(Context ctx, byte[] sent, int maxBytes, LongConsumer held) {
        if (plain(ctx.header("Content-Encoding"))) {
            return sent;
        }
        try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(sent), CHUNK)) {
            byte[] buffer = new byte[(int) Math.min(maxBytes + 1L, Math.max(CHUNK, sent.length * 4L))];
            int filled = 0;
            while (true) {
                held.accept((long) sent.length + buffer.length);
                filled += unpacked.readNBytes(buffer, filled, buffer.length - filled);
                if (filled > maxBytes) {
                    throw tooLarge(maxBytes);
                }
                if (filled < buffer.length) {
                    return Arrays.copyOf(buffer, filled);
                }
                buffer = Arrays.copyOf(buffer, (int) Math.min(buffer.length * 2L, maxBytes + 1L));
            }
        } catch (ZipException | EOFException e) {
            throw new InfluxException(ErrorCode.INVALID, "the body is not gzip: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new InfluxException(ErrorCode.INVALID, "the body could not be read: " + e.getMessage(), e);
        }
    }

    static InfluxException tooLarge(int maxBytes) {
        String limit = maxBytes >= 1 << 20 ? (maxBytes >> 20) + " MiB" : (maxBytes >> 10) + " KiB";
        return new InfluxException(
                ErrorCode.TOO_LARGE, "the body is larger than " + limit + ": write in smaller batches");
    }

    private static boolean plain(@Nullable String encoding) {
        return encoding == null || encoding.equalsIgnoreCase("identity");
    }
}
