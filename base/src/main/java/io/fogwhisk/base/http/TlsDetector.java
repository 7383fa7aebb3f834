package io.fogwhisk.base.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells TLS from HTTP by the first byte that a client sends. The certificate is loaded at the first handshake; after a
 * failure no other attempt is made for a while, and handshakes fail at once. Thread-safe.
 */
final class TlsDetector extends AbstractConnectionFactory implements ConnectionFactory.Detecting {

    private static final Logger LOG = LoggerFactory.getLogger(TlsDetector.class);
    private static final byte HANDSHAKE = 0x16;
    private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

    private final String role;
    private final Tls tls;
    private volatile @Nullable SslConnectionFactory ready;
    private @Nullable HttpException failure;
    private long failedAtNanos;

    TlsDetector(String role, Tls tls) {
        super("SSL");
        this.role = role;
        this.tls = tls;
    }

    @Override
    public Detection detect(ByteBuffer buffer) {
        if (!buffer.hasRemaining()) {
            return Detection.NEED_MORE_BYTES;
        }
        return buffer.get(buffer.position()) == HANDSHAKE ? Detection.RECOGNIZED : Detection.NOT_RECOGNIZED;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        SslConnectionFactory factory = ready;
        if (factory == null) {
            factory = prepare();
        }
        return factory.newConnection(connector, endPoint);
    }

    private synchronized SslConnectionFactory prepare() {
        SslConnectionFactory prepared = ready;
        if (prepared != null) {
            return prepared;
        }
        HttpException earlier = failure;
        if (earlier != null && System.nanoTime() - failedAtNanos < PAUSE_NANOS) {
            throw earlier;
        }
        try {
            SslContextFactory.Server context = new SslContextFactory.Server();
            context.setKeyStore(tls.load());
            context.setKeyStorePassword(Tls.PASSWORD);
            prepared = new SslConnectionFactory(context, HttpVersion.HTTP_1_1.asString());
            prepared.start();
        } catch (Exception e) {
            HttpException failed = e instanceof HttpException known
                    ? known
                    : new HttpException("cannot set up TLS for " + role + ": " + e.getMessage(), e);
            failure = failed;
            failedAtNanos = System.nanoTime();
            LOG.atError()
                    .addKeyValue("role", role)
                    .addKeyValue("error", failed.getMessage())
                    .log("no tls");
            throw failed;
        }
        ready = prepared;
        return prepared;
    }

    @Override
    protected void doStop() throws Exception {
        SslConnectionFactory prepared = ready;
        if (prepared != null) {
            prepared.stop();
        }
        super.doStop();
    }
}
