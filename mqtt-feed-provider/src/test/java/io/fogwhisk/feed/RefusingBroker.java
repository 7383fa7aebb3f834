package io.fogwhisk.feed;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Speaks just enough MQTT to refuse every subscription of one filter, or to leave it without an answer. */
public final class RefusingBroker implements AutoCloseable {

    private static final int CONNECT = 1;
    private static final int SUBSCRIBE = 8;
    private static final int PING = 12;
    private static final int VERSION_AT = 6;
    private static final int NOT_AUTHORIZED = 0x87;

    private final ServerSocket server;
    private final boolean silent;
    private final AtomicInteger subscriptions = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private RefusingBroker(ServerSocket server, boolean silent) {
        this.server = server;
        this.silent = silent;
    }

    public static RefusingBroker start() {
        return start(false);
    }

    /** One that never answers a subscription. */
    public static RefusingBroker startSilent() {
        return start(true);
    }

    private static RefusingBroker start(boolean silent) {
        try {
            RefusingBroker broker =
                    new RefusingBroker(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), silent);
            broker.threads.execute(broker::accept);
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "mqtt://127.0.0.1:" + server.getLocalPort();
    }

    /** How many subscriptions were asked for. */
    public int subscriptions() {
        return subscriptions.get();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                threads.execute(() -> talk(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void talk(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            boolean five = false;
            while (true) {
                int type = in.readUnsignedByte() >> 4;
                byte[] body = in.readNBytes(length(in));
                if (type == CONNECT) {
                    five = body[VERSION_AT] == 5;
                    out.write(five ? bytes(0x20, 3, 0, 0, 0) : bytes(0x20, 2, 0, 0));
                } else if (type == SUBSCRIBE) {
                    subscriptions.incrementAndGet();
                    if (silent) {
                        continue;
                    }
                    out.write(
                            five
                                    ? bytes(0x90, 4, body[0], body[1], 0, NOT_AUTHORIZED)
                                    : bytes(0x90, 3, body[0], body[1], 0x80));
                } else if (type == PING) {
                    out.write(bytes(0xd0, 0));
                }
            }
        } catch (IOException e) {
            // The client went.
        }
    }

    private static int length(DataInputStream in) throws IOException {
        int length = 0;
        int shift = 0;
        int part = in.readUnsignedByte();
        while (part >= 0x80) {
            length += (part & 0x7f) << shift;
            shift += 7;
            part = in.readUnsignedByte();
        }
        return length + (part << shift);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
