package io.fogwhisk.base.http;

import io.fogwhisk.base.lifecycle.Service;
import io.javalin.Javalin;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of the process: one Jetty with one pool of threads, and one port per role, each with its own Javalin
 * routes. Roles come and go while it runs. Thread-safe.
 */
public final class HttpHost implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(HttpHost.class);
    private static final int MAX_THREADS = 64;
    private static final long STOP_MILLIS = 2_000;
    private static final long LEFT_MILLIS = 1_000;
    private static final int EAGER_BYTES = 64 * 1024;
    private static final Duration IDLE = Duration.ofSeconds(75);
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Server server;
    private final Duration idle;
    private final Duration grace;
    private final ContextHandlerCollection contexts = new ContextHandlerCollection();
    private final Refusals refusals = new Refusals();

    /** A server without a port, whose requests have two seconds to be answered when their port is closed. */
    public HttpHost() {
        this(GRACE);
    }

    /**
     * A server without a port.
     *
     * @param grace how long requests have to be answered when their port is closed
     */
    public HttpHost(Duration grace) {
        this(grace, IDLE);
    }

    /** A server that ends a connection on which nothing moved for so long. */
    HttpHost(Duration grace, Duration idle) {
        this.grace = grace;
        this.idle = idle;
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 4);
        threads.setName("http");
        threads.setDaemon(true);
        server = new Server(threads);
        // A short body is there before a thread is taken for its request: whoever sends slowly keeps none waiting.
        server.setHandler(new EagerContentHandler(
                contexts, new EagerContentHandler.RetainedContentLoaderFactory(EAGER_BYTES, -1, false)));
        server.setErrorHandler(refusals);
        server.setStopTimeout(STOP_MILLIS);
    }

    @Override
    public void start() {
        run("start the HTTP server", server::start);
    }

    /**
     * Opens a port for a role.
     *
     * @throws HttpException if the port can't be bound, for instance because another process has it
     */
    public Port open(HttpRole role) {
        Javalin javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            role.routes().accept(config);
        });
        ServletContextHandler context = new ServletContextHandler();
        context.setContextPath("/");
        context.setVirtualHosts(List.of("@" + role.name()));
        context.addServlet(new ServletHolder(javalin.javalinServlet()), "/*");
        FilterHolder unread = new FilterHolder(new UnreadBodies());
        unread.setAsyncSupported(true);
        context.addFilter(unread, "/*", EnumSet.of(DispatcherType.REQUEST));
        // Within the context: outside of it, each port would see the requests of all.
        RequestsUnderWay underWay = new RequestsUnderWay();
        context.insertHandler(underWay);
        // Javalin's servlet asks for the WebSocket container whether or not a route needs it.
        JettyWebSocketServletContainerInitializer.configure(context, null);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        // An address that ends in a slash makes clients ask for "//path"; whether that means "/path" is up to the role.
        UriCompliance paths = UriCompliance.DEFAULT.with("FOGWHISK", UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT);
        if (role.encodedSlashes()) {
            paths = paths.with("FOGWHISK_SLASHES", UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR);
            context.getServletHandler().setDecodeAmbiguousURIs(true);
        }
        http.setUriCompliance(paths);
        ServerConnector connector = new ServerConnector(server, 1, 1, protocols(role, http));
        connector.setName(role.name());
        connector.setHost(role.host());
        connector.setPort(role.port());
        connector.setIdleTimeout(idle.toMillis());
        // An answer that takes long to make is not one that nobody waits for.
        connector.setShutdownIdleTimeout(idle.toMillis());
        synchronized (this) {
            try {
                connector.open();
            } catch (IOException e) {
                throw new HttpException(
                        "cannot listen on " + role.host() + ":" + role.port() + " for " + role.name() + ": "
                                + e.getMessage() + "; stop what uses the port or configure another",
                        e);
            }
            refusals.add(role);
            run("open " + role.name(), () -> {
                contexts.addHandler(context);
                if (server.isStarted()) {
                    context.start();
                }
                server.addConnector(connector);
                if (server.isStarted()) {
                    connector.start();
                }
            });
        }
        return new Port(role, context, connector, underWay);
    }

    private static ConnectionFactory[] protocols(HttpRole role, HttpConfiguration http) {
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        if (role.tls().isEmpty()) {
            return new ConnectionFactory[] {plain};
        }
        TlsDetector tls = new TlsDetector(role.name(), role.tls().get());
        return new ConnectionFactory[] {new DetectorConnectionFactory(tls), plain};
    }

    /** Ends the connections of ports that nobody closed, too; their requests have a second to be answered. */
    @Override
    public void close() {
        for (Connector connector : server.getConnectors()) {
            if (connector instanceof ServerConnector left) {
                left.setShutdownIdleTimeout(LEFT_MILLIS);
            }
        }
        run("stop the HTTP server", server::stop);
    }

    /**
     * An open port. Closing it takes no more connections, has the requests answered that are under way, with their whole
     * body if that is short, for a bounded time, then ends the connections and lets go of the routes.
     */
    public final class Port implements AutoCloseable {
        private final HttpRole role;
        private final ServletContextHandler context;
        private final ServerConnector connector;
        private final RequestsUnderWay underWay;

        private Port(
                HttpRole role, ServletContextHandler context, ServerConnector connector, RequestsUnderWay underWay) {
            this.role = role;
            this.context = context;
            this.connector = connector;
            this.underWay = underWay;
        }

        /** The port number, also when the role asked for any. */
        public int number() {
            return connector.getLocalPort();
        }

        @Override
        public void close() {
            // Not under the lock: other ports come and go meanwhile.
            // Completes when all connections are gone, which clients that keep one may never let happen.
            var unused = connector.shutdown();
            if (!underWay.awaitNone(grace)) {
                LOG.atWarn().addKeyValue("role", role.name()).log("requests under way are given up");
            }
            synchronized (HttpHost.this) {
                run("close " + role.name(), () -> {
                    connector.stop();
                    // The thread that accepts may still be in its last call, and what it gets there nobody answers.
                    connector.join(STOP_MILLIS);
                    server.removeConnector(connector);
                    context.stop();
                    contexts.removeHandler(context);
                });
                refusals.remove(role);
            }
        }
    }

    private static void run(String what, Step step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            LOG.atDebug().setCause(e).log("http server failed");
            throw new HttpException("cannot " + what + ": " + e.getMessage(), e);
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }
}
