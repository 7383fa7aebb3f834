package io.fogwhisk.base.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads to its end the body of a request that was answered without it, such as one that is too large. Otherwise the
 * server closes the connection while the client still sends, and the client sees a broken connection instead of the
 * answer that says why. Bounded in size and time; what is beyond has its connection closed. No thread waits for it.
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
        if (request.isAsyncStarted() || !hasBody((HttpServletRequest) request)) {
            return;
        }
        try {
            ServletInputStream body = request.getInputStream();
            if (body.isFinished()) {
                return;
            }
            response.getOutputStream().close();
            AsyncContext async = request.startAsync();
            async.setTimeout(LIMIT.toMillis());
            Rest rest = new Rest(body, async);
            async.addListener(rest);
            body.setReadListener(rest);
        } catch (IOException | IllegalStateException e) {
            // The client is gone, or the body was read in another way: there is nobody to wait for.
            LOG.atDebug().addKeyValue("error", e.getMessage()).log("unread body not discarded");
        }
    }

    private static boolean hasBody(HttpServletRequest request) {
        long length = request.getContentLengthLong();
        return length > 0 || (length < 0 && request.getHeader("Transfer-Encoding") != null);
    }

    /** What is still to come of a body. Called by one thread at a time. */
    private static final class Rest implements ReadListener, AsyncListener {

        private final ServletInputStream body;
        private final AsyncContext async;
        private byte[] chunk = {};
        private long discarded;

        Rest(ServletInputStream body, AsyncContext async) {
            this.body = body;
            this.async = async;
        }

        @Override
        public void onDataAvailable() throws IOException {
            if (chunk.length == 0) {
                chunk = new byte[CHUNK];
            }
            while (body.isReady()) {
                int count = body.read(chunk);
                if (count < 0) {
                    // The end is told apart.
                    return;
                }
                discarded += count;
                if (discarded > MAX_BYTES) {
                    async.complete();
                    return;
                }
            }
        }

        @Override
        public void onAllDataRead() {
            async.complete();
        }

        @Override
        public void onError(Throwable failure) {
            LOG.atDebug().addKeyValue("error", failure.getMessage()).log("unread body not discarded");
            async.complete();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            async.complete();
        }

        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }
}
