package io.fogwhisk.influx.http;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads the body of a request, unpacked, up to a limit. */
final class RequestBody {

    private static final int CHUNK = 8_192;

    private RequestBody() {}

    static byte[] read(Context ctx, int maxBytes) {
        long announced = ctx.req().getContentLengthLong();
        if (announced > maxBytes) {
            throw tooLarge(maxBytes);
        }
        String encoding = ctx.header("Content-Encoding");
        try (InputStream plain = ctx.req().getInputStream()) {
            if (encoding == null || encoding.equalsIgnoreCase("identity")) {
                return read(plain, (int) Math.max(announced, CHUNK), maxBytes);
            }
            if (!encoding.equalsIgnoreCase("gzip")) {
                throw new InfluxException(
                        ErrorCode.INVALID, "Content-Encoding " + encoding + " is not supported, use gzip");
            }
            try (InputStream unpacked = new GZIPInputStream(plain, CHUNK)) {
                return read(unpacked, CHUNK, maxBytes);
            }
        } catch (ZipException e) {
            throw new InfluxException(ErrorCode.INVALID, "the body is not gzip: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new InfluxException(ErrorCode.INVALID, "the body could not be read: " + e.getMessage(), e);
        }
    }

    private static byte[] read(InputStream in, int expected, int maxBytes) throws IOException {
        byte[] chunk = new byte[expected];
        int filled = in.readNBytes(chunk, 0, expected);
        if (filled < expected) {
            return Arrays.copyOf(chunk, filled);
        }
        ByteArrayOutputStream all = null;
        byte[] more = new byte[CHUNK];
        int count;
        while ((count = in.read(more)) > 0) {
            if (all == null) {
                all = new ByteArrayOutputStream(expected * 2);
                all.write(chunk, 0, filled);
            }
            all.write(more, 0, count);
            if (all.size() > maxBytes) {
                throw tooLarge(maxBytes);
            }
        }
        return all == null ? chunk : all.toByteArray();
    }

    private static InfluxException tooLarge(int maxBytes) {
        return new InfluxException(
                ErrorCode.TOO_LARGE, "the body is larger than " + (maxBytes >> 20) + " MiB: write in smaller batches");
    }
}
