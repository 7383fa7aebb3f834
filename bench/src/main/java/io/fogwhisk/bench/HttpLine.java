package io.fogwhisk.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One HTTP connection that is kept, with one request at a time: a client that takes as little of the shared processor
 * as it can. It understands answers with a {@code Content-Length}, and those without a body. Used by one thread.
 */
final class HttpLine implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 70_000;
    private static final int STATUS_START = 9;
    private static final int STATUS_END = 12;

    private final Socket socket;
    private final InputStream in;
    private byte[] buffer = new byte[16 * 1024];
    private int filled;
    private int bodyStart;
    private int bodyEnd;

    HttpLine(URI api) {
        try {
            socket = new Socket(api.getHost(), api.getPort());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            in = socket.getInputStream();
        } catch (IOException e) {
            throw new BenchException("cannot connect to " + api + "; is the site running? (" + e.getMessage() + ")", e);
        }
    }

    /** A request, ready to be sent any number of times; without a body if that is empty. */
    static byte[] request(String method, URI api, String path, String authorization, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path + " HTTP/1.1\r\nHost: " + api.getHost() + ":" + api.getPort()
                + "\r\nAuthorization: " + authorization
                + (body.isEmpty() ? "" : "\r\nContent-Type: application/json\r\nContent-Length: " + content.length)
                + "\r\n\r\n";
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] request = Arrays.copyOf(start, start.length + content.length);
        System.arraycopy(content, 0, request, start.length, content.length);
        return request;
    }

    /** Sends a request and returns the status code of its answer. */
    int send(byte[] request) {
        try {
            socket.getOutputStream().write(request);
            filled = 0;
            int headEnd = headEnd();
            bodyStart = headEnd;
            bodyEnd = headEnd + contentLength(headEnd);
            while (filled < bodyEnd) {
                fill();
            }
            return Integer.parseInt(
                    new String(buffer, STATUS_START, STATUS_END - STATUS_START, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new BenchException("the connection to the site broke: " + e.getMessage(), e);
        }
    }

    /** The body of the last answer. */
    String body() {
        return new String(buffer, bodyStart, bodyEnd - bodyStart, StandardCharsets.UTF_8);
    }

    private int headEnd() throws IOException {
        int looked = 0;
        while (true) {
            for (; looked + 4 <= filled; looked++) {
                if (buffer[looked] == '\r'
                        && buffer[looked + 1] == '\n'
                        && buffer[looked + 2] == '\r'
                        && buffer[looked + 3] == '\n') {
                    return looked + 4;
                }
            }
            fill();
        }
    }

    private int contentLength(int headEnd) {
        String head = new String(buffer, 0, headEnd, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
        int at = head.indexOf("\r\ncontent-length:");
        if (at >= 0) {
            int value = at + "\r\ncontent-length:".length();
            return Integer.parseInt(
                    head.substring(value, head.indexOf("\r\n", value)).trim());
        }
        if (head.startsWith("http/1.1 204")) {
            return 0;
        }
        throw new BenchException(
                "an answer came without a length: " + head.lines().findFirst().orElse(""));
    }

    private void fill() throws IOException {
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int read = in.read(buffer, filled, buffer.length - filled);
        if (read < 0) {
            throw new EOFException("the server closed it");
        }
        filled += read;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new BenchException("cannot close a connection: " + e.getMessage(), e);
        }
    }
}
