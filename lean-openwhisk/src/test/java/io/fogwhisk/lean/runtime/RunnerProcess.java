package io.fogwhisk.lean.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.TestSite;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A runner as the server starts it, with the other end of its socket in the hands of a test. */
final class RunnerProcess implements AutoCloseable {

    private final Path folder;
    private final Process process;
    private final SocketChannel socket;
    private final BufferedReader answers;

    RunnerProcess(List<String> command, Path folder) {
        this.folder = folder;
        Path path = folder.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(folder.resolve("stdout").toFile())
                    .redirectError(folder.resolve("stderr").toFile());
            builder.environment().put("FOGWHISK_SOCKET", path.toString());
            process = builder.start();
            socket = accept(server, process);
            answers = new BufferedReader(Channels.newReader(socket, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the runner did not start: " + read("stderr"), e);
        }
    }

    /** Sends what loads some code; {@code code} is what {@link Language#unpack} returns. */
    @Nullable
    String init(String main, String code, boolean binary, Map<String, String> env) {
        ObjectNode request = TestSite.MAPPER
                .createObjectNode()
                .put("name", "test")
                .put("main", main)
                .put("binary", binary);
        request.put("code", code);
        request.set("env", TestSite.MAPPER.valueToTree(env));
        return ask("init " + request);
    }

    /** Runs the code with some JSON. */
    @Nullable
    String run(String value) {
        return ask("run {\"value\":" + value + ",\"env\":{\"__OW_ACTIVATION_ID\":\"a1\",\"__OW_DEADLINE\":\"5\"}}");
    }

    /** Sends one line and returns the answer's line; null when the child is gone. */
    @Nullable
    String ask(String line) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                socket.write(bytes);
            }
            return answers.readLine();
        } catch (IOException e) {
            return null;
        }
    }

    String stdout() {
        return read("stdout");
    }

    String stderr() {
        return read("stderr");
    }

    /** Ends the socket and waits for the runner to follow. */
    void endSocket() throws IOException, InterruptedException {
        socket.close();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A runner that cannot start is not waited for for ever. */
    private static SocketChannel accept(ServerSocketChannel server, Process process) throws IOException {
        server.configureBlocking(false);
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20); System.nanoTime() < end; ) {
            SocketChannel accepted = server.accept();
            if (accepted != null) {
                return accepted;
            }
            if (!process.isAlive()) {
                break;
            }
            LockSupport.parkNanos(1_000_000);
        }
        process.destroyForcibly();
        throw new IOException("it did not connect");
    }
}
