package io.fogwhisk.lean.runtime;

import io.fogwhisk.base.lifecycle.NamedThreads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A runner in a process of its own, spoken to in lines over a Unix domain socket as {@link Language} describes. Requests
 * are written on the caller's thread, unless they are long; one thread per child reads the answers and completes the
 * stages.
 */
final class SocketChild implements Child {

    /** The socket takes this much at once from who writes to an idle child, so that the caller never waits. */
    private static final int SHORT = 64 * 1024;

    private final ChildProcess process;
    private final ServerSocketChannel listener;
    private final Path socket;
    private final String code;
    private final Executor writers;
    private final CompletableFuture<SocketChannel> connection = new CompletableFuture<>();
    private final CompletionStage<SocketChannel> connected = connection;
    private final AtomicReference<@Nullable CompletableFuture<ChildAnswer>> pending = new AtomicReference<>();
    private volatile @Nullable ActivationOutput current;
    private volatile boolean over;

    /**
     * Takes over a process that was started, and waits for its connection on a thread of its own.
     *
     * @param listener at the path that the process was given
     * @param socket that path
     * @param code as the language has prepared it
     * @param writers where long requests are written
     */
    SocketChild(
            String name,
            ChildProcess process,
            ServerSocketChannel listener,
            Path socket,
            String code,
            Executor writers) {
        this.process = process;
        this.listener = listener;
        this.socket = socket;
        this.code = code;
        this.writers = writers;
        process.onExit().thenRun(() -> close(listener));
        NamedThreads.single(name + "-child-" + process.pid())
                .newThread(this::converse)
                .start();
    }

    @Override
    public CompletionStage<ChildAnswer> init(RunRequest request, ActivationOutput output) {
        CompletableFuture<ChildAnswer> answer = begin(output);
        connected.thenAccept(channel -> write(channel, RequestLines.init(request, code)));
        return answer;
    }

    @Override
    public CompletionStage<ChildAnswer> run(RunRequest request, long deadline, ActivationOutput output) {
        CompletableFuture<ChildAnswer> answer = begin(output);
        byte[] line = RequestLines.run(request, deadline);
        SocketChannel channel = connection.join();
        if (line.length <= SHORT) {
            write(channel, line);
        } else {
            writers.execute(() -> write(channel, line));
        }
        return answer;
    }

    @Override
    public boolean alive() {
        return !over && process.alive();
    }

    @Override
    public void drain() {
        process.output().drain();
    }

    @Override
    public void watch() {
        process.watch();
    }

    @Override
    public void kill() {
        process.end();
        close(listener);
        connected.thenAccept(SocketChild::close);
    }

    private CompletableFuture<ChildAnswer> begin(ActivationOutput output) {
        CompletableFuture<ChildAnswer> answer = new CompletableFuture<>();
        current = output;
        process.output().attach(output);
        pending.set(answer);
        if (over && pending.compareAndSet(answer, null)) {
            answer.complete(new ChildAnswer.Ended(false));
        }
        return answer;
    }

    private void converse() {
        try (listener) {
            SocketChannel channel = listener.accept();
            close(listener);
            Files.deleteIfExists(socket);
            connection.complete(channel);
            AnswerLines answers = new AnswerLines(channel);
            ChildAnswer answer = answers.next();
            // An answer that nobody waits for is none of our runner's.
            while (answer != null && deliver(answer)) {
                answer = answers.next();
            }
        } catch (IOException e) {
            // How a child's end looks from here: its cause is in the process.
            over = true;
        } finally {
            finish();
        }
    }

    private boolean deliver(ChildAnswer answer) {
        CompletableFuture<ChildAnswer> waiting = pending.getAndSet(null);
        if (waiting == null) {
            return false;
        }
        process.output().detach();
        waiting.complete(answer);
        return true;
    }

    private void finish() {
        over = true;
        // Not on the way to its own end, or half alive: nothing may be written after the logs were taken.
        process.end();
        connected.thenAccept(SocketChild::close);
        process.output().finish();
        CompletableFuture<ChildAnswer> waiting = pending.getAndSet(null);
        if (waiting != null) {
            waiting.complete(new ChildAnswer.Ended(outOfMemory()));
        }
    }

    private boolean outOfMemory() {
        ActivationOutput output = current;
        return process.overMemory() || (output != null && output.heapExhausted());
    }

    private static void write(SocketChannel channel, byte[] line) {
        ByteBuffer rest = ByteBuffer.wrap(line);
        try {
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            // The child is gone: the reading thread finds out as well, and says so.
            close(channel);
        }
    }

    private static void close(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception e) {
            throw new IllegalStateException("a channel does not close", e);
        }
    }
}
