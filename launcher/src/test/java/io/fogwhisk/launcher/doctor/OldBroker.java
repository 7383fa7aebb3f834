package io.fogwhisk.launcher.doctor;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A broker that speaks MQTT 3.1.1 alone: refuses other versions as such a one does, and passes on to a real one. */
final class OldBroker implements AutoCloseable {

    private static final int OLD_LEVEL = 4;
    private static final int LEVEL_AT = 6;

    private final ServerSocket server;
    private final int behind;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    OldBroker(int behind) throws IOException {
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
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            int type = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            if (length > 0x7f) {
                throw new IOException("a CONNECT of more than 127 bytes is not expected here");
            }
            byte[] connect = in.readNBytes(length);
            OutputStream out = client.getOutputStream();
            if (connect[LEVEL_AT] != OLD_LEVEL) {
                // MQTT 3.1.1, 3.1.2.2: a CONNACK with return code 1, then the connection ends.
                out.write(new byte[] {0x20, 2, 0, 1});
                out.flush();
                return;
            }
            try (Socket real = new Socket(InetAddress.getLoopbackAddress(), behind)) {
                OutputStream to = real.getOutputStream();
                to.write(new byte[] {(byte) type, (byte) length});
                to.write(connect);
                threads.execute(() -> pass(real, client));
                in.transferTo(to);
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
