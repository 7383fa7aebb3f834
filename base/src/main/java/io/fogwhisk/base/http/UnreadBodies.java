package io.fogwhisk.base.http;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads to its end the body of a request that was answered without it, such as one that is too large. Otherwise the
 * server closes the connection while the client still sends, and the client sees a broken connection instead of the
 * answer that says why. Bounded in size and time; what is beyond has its connection closed.
 */
final class UnreadBodies implements Filter {

    private static final Logger LOG = LoggerFactory.getLogger(UnreadBodies.class);
    private static final long MAX_BYTES = 128L * 1024 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int CHUNK = 32 * 1024;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        if (request.isAsyncStarted() || request.getContentLengthLong() == 0) {
            return;
        }
        try {
            discard(request.getInputStream());
        } catch (IOException | IllegalStateException e) {
            // The client is gone, or the body was read in another way: there is nobody to wait for.
            LOG.atDebug().addKeyValue("error", e.getMessage()).log("unread body not discarded");
        }
    }

    private static void discard(InputStream body) throws IOException {
        // Almost every body was read: asking for one byte costs no buffer.
        if (body.read() < 0) {
            return;
        }
        byte[] chunk = new byte[CHUNK];
        long end = System.nanoTime() + LIMIT.toNanos();
        long discarded = 0;
        int count = body.read(chunk);
        while (count >= 0 && discarded < MAX_BYTES && System.nanoTime() < end) {
            discarded += count;
            count = body.read(chunk);
        }
    }
}
