package io.fogwhisk.lean.runtime;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The program of the child that runs one action of Java, as {@link Language} describes it. The child has this class,
 * {@link JavaAction} and {@link JavaEnvironment} of ours, and Gson. They use neither lambdas nor joined strings: in a
 * JVM that has just started, the first of them costs more time than loading the action.
 */
final class JavaRunner {

    private static final String FAILED = "An error has occurred (see logs for details): ";
    private static final String THREW = "An error has occurred while invoking the action (see logs for details): ";
    private static final String INIT = "init ";

    private final JavaEnvironment environment;
    private @Nullable JavaAction action;

    private JavaRunner(JavaEnvironment environment) {
        this.environment = environment;
    }

    /** Answers until the socket ends. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        System.setOut(out);
        System.setErr(err);
        JavaEnvironment environment = new JavaEnvironment();
        JavaRunner runner = new JavaRunner(environment);
        try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.connect(UnixDomainSocketAddress.of(environment.remove("FOGWHISK_SOCKET")));
            BufferedReader requests = new BufferedReader(Channels.newReader(socket, StandardCharsets.UTF_8));
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                String answer = runner.answer(line);
                out.flush();
                err.flush();
                System.out.flush();
                System.err.flush();
                ByteBuffer bytes = ByteBuffer.wrap(answer.concat("\n").getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    socket.write(bytes);
                }
            }
        } finally {
            // Threads that the action has left behind must not keep the child alive.
            Runtime.getRuntime().halt(0);
        }
    }

    private String answer(String line) {
        int space = line.indexOf(' ') + 1;
        JsonObject request = JsonParser.parseString(line.substring(space)).getAsJsonObject();
        try {
            environment.put(request.getAsJsonObject("env"));
            return line.startsWith(INIT) ? init(request) : "200 ".concat(run(request.get("value")));
        } catch (InvocationTargetException e) {
            Throwable thrown = e.getCause() == null ? e : e.getCause();
            thrown.printStackTrace();
            return error(THREW, thrown);
        } catch (ReflectiveOperationException | IOException | RuntimeException | LinkageError e) {
            e.printStackTrace();
            return error(FAILED, e);
        }
    }

    private String init(JsonObject request) throws ReflectiveOperationException, IOException {
        JavaAction loaded = JavaAction.load(
                Path.of(request.get("code").getAsString()), request.get("main").getAsString());
        Thread.currentThread().setContextClassLoader(loaded.loader());
        action = loaded;
        return "200 {}";
    }

    private String run(JsonElement value) throws ReflectiveOperationException {
        JavaAction loaded = action;
        if (loaded == null) {
            throw new IllegalStateException("Cannot invoke an uninitialized action.");
        }
        return loaded.run(value).toString();
    }

    private static String error(String what, Throwable thrown) {
        JsonObject error = new JsonObject();
        error.addProperty("error", what.concat(String.valueOf(thrown)));
        return "502 ".concat(error.toString());
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor)), true, StandardCharsets.UTF_8);
    }
}
