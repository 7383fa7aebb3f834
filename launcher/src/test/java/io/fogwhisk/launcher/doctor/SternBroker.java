package io.fogwhisk.launcher.doctor;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A broker that refuses nobody's subscription and ends the connection instead; passes the rest on to a real one. */
final class SternBroker implements AutoCloseable {

    private static final int SUBSCRIBE = 8;

    private final ServerSocket server;
    private final int behind;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    SternBroker(int behind) throws IOException {
        this.behind = behind;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    String url() {
        return "mqtt://127.0.0.1:" + server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket real = new Socket(InetAddress.getLoopbackAddress(), behind)) {
            threads.execute(() -> pass(real, client));
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(real.getOutputStream());
            int type = in.readUnsignedByte();
            while (type >> 4 != SUBSCRIBE) {
                int length = in.readUnsignedByte();
                if (length > 0x7f) {
                    throw new IOException("a packet of more than 127 bytes is not expected here");
                }
                out.writeByte(type);
                out.writeByte(length);
                out.write(in.readNBytes(length));
                type = in.readUnsignedByte();
            }
        } catch (IOException e) {
            // One of both went.
        }
    }

    private static void pass(Socket from, Socket to) {
        try (to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One of both went.
        }
    }
}
