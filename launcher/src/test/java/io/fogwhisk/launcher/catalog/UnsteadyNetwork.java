package io.fogwhisk.launcher.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The way from a site to the centre, which can be cut: connections end, and new ones end at once. */
final class UnsteadyNetwork implements AutoCloseable {

    private static final int CONNECT_MILLIS = 2_000;

    private final ServerSocket server;
    private final int target;
    private final List<Socket> open = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> new Thread(work, "test-network"));
    private boolean cut;

    UnsteadyNetwork(int target) throws IOException {
        this.target = target;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    synchronized void cut() {
        cut = true;
        open.forEach(UnsteadyNetwork::end);
        open.clear();
    }

    synchronized void heal() {
        cut = false;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                Socket far = new Socket();
                if (!keep(near, far)) {
                    continue;
                }
                threads.execute(() -> join(near, far));
            } catch (IOException e) {
                // Closed: the loop's condition ends it.
            }
        }
    }

    private synchronized boolean keep(Socket near, Socket far) {
        if (cut) {
            end(near);
            return false;
        }
        open.removeIf(Socket::isClosed);
        open.add(near);
        open.add(far);
        return true;
    }

    private void join(Socket near, Socket far) {
        try {
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
            threads.execute(() -> copy(far, near));
            copy(near, far);
        } catch (IOException e) {
            // The centre is away.
            end(near);
            end(far);
        }
    }

    private static void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // Cut, or an end hung up: both ends go.
        }
        end(from);
        end(to);
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError("cannot close a socket", e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
        threads.shutdownNow();
    }
}
