package io.fogwhisk.base.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client of a request that takes long to answer. The server does not read from a connection while it owes an answer,
 * and so does not notice that its client closed it; this looks. A client that ends its side of the connection counts as
 * gone, as with InfluxDB. Used by one thread at a time, from when the body is read until the answer is finished.
 */
public final class WaitingClient {

    private static final Logger LOG = LoggerFactory.getLogger(WaitingClient.class);

    private final Connection connection;
    private boolean ahead;
    private boolean gone;

    private WaitingClient(Connection connection) {
        this.connection = connection;
    }

    /** The client that waits for the answer to a request. */
    public static WaitingClient of(HttpServletRequest request) {
        return new WaitingClient(ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection());
    }

    /** Whether nobody waits any more; waits for nothing itself. Once true it stays so. */
    public boolean gone() {
        if (!gone && !ahead && connection instanceof Connection.UpgradeTo server) {
            gone = closed(server);
        }
        return gone;
    }

    private boolean closed(Connection.UpgradeTo server) {
        EndPoint end = connection.getEndPoint();
        ByteBuffer one = BufferUtil.allocate(1);
        try {
            int read = end.fill(one);
            if (read > 0) {
                // The next request, sent ahead: it goes where the server looks first when this one is done.
                ahead = true;
                server.onUpgradeTo(one);
            }
            return read < 0;
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("error", e.getMessage()).log("client is gone");
            return true;
        }
    }
}
