package io.fogwhisk.influx.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The body of a good answer to a query, packed if the client likes that, and broken off if it takes too long over it. Its
 * headers are set only when its first bytes are there, so that until then the answer can still become an error.
 */
final class CsvBody extends OutputStream {

    private static final int BUFFER = 8_192;

    private final Context ctx;
    private final AnswerPace pace = new AnswerPace();
    private @Nullable OutputStream out;

    CsvBody(Context ctx) {
        this.ctx = ctx;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        pace.check();
        OutputStream to = begun();
        long start = System.nanoTime();
        to.write(bytes, offset, length);
        pace.taken(length, System.nanoTime() - start);
    }

    /** Ends the body; an empty one is an answer, too. */
    void finish() throws IOException {
        if (begun() instanceof GZIPOutputStream packed) {
            packed.finish();
        }
    }

    private OutputStream begun() throws IOException {
        OutputStream current = out;
        if (current == null) {
            ctx.status(200).contentType("text/csv; charset=utf-8").header("Vary", "Accept-Encoding");
            if (wantsGzip(ctx.header("Accept-Encoding"))) {
                ctx.header("Content-Encoding", "gzip");
                current = new GZIPOutputStream(ctx.res().getOutputStream(), BUFFER);
            } else {
                current = ctx.res().getOutputStream();
            }
            out = current;
        }
        return current;
    }

    static boolean wantsGzip(@Nullable String accepted) {
        return accepted != null
                && Arrays.stream(accepted.toLowerCase(Locale.ROOT).split(",", -1))
                        .map(String::strip)
                        .anyMatch(each -> each.startsWith("gzip")
                                && !each.replace(" ", "").endsWith(";q=0"));
    }
}
