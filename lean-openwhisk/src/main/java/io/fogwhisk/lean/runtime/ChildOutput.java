package io.fogwhisk.lean.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The standard output and error of a process, read into the output of the activation that it runs. What arrives between
 * two activations, such as from a callback that outlives its activation, goes to the next one, up to 64 KiB per stream;
 * what is more is dropped. Thread-safe.
 */
final class ChildOutput {

    private static final int MAX_KEPT = 64 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Pipe out;
    private final Pipe err;
    private final byte[] buffer = new byte[16 * 1024];
    private @Nullable ActivationOutput target;

    /** Reads the pipes of a process. */
    ChildOutput(Process process) {
        out = new Pipe(process.getInputStream(), ActivationOutput.Stream.STDOUT);
        err = new Pipe(process.getErrorStream(), ActivationOutput.Stream.STDERR);
    }

    /** An activation begins: what comes from now on is its own. */
    void attach(ActivationOutput activation) {
        lock.lock();
        try {
            target = activation;
            out.handOver(activation);
            err.handOver(activation);
        } finally {
            lock.unlock();
        }
    }

    /** An activation ends: takes what is there, and what comes later is not its own. */
    void detach() {
        lock.lock();
        try {
            read();
            target = null;
        } finally {
            lock.unlock();
        }
    }

    /** Takes what is there; does nothing if another thread does. */
    void drain() {
        if (lock.tryLock()) {
            try {
                read();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Takes all there will ever be; the process, and who else has its pipes, must have ended. */
    void finish() {
        lock.lock();
        try {
            out.readToEnd();
            err.readToEnd();
            target = null;
        } finally {
            lock.unlock();
        }
    }

    private void read() {
        out.readAvailable();
        err.readAvailable();
    }

    private final class Pipe {

        private final InputStream in;
        private final ActivationOutput.Stream stream;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);
        private boolean closed;

        Pipe(InputStream in, ActivationOutput.Stream stream) {
            this.in = in;
            this.stream = stream;
        }

        /** As much as is there at first sight: a process that writes on and on must not keep the thread. */
        void readAvailable() {
            try {
                int left = closed ? 0 : in.available();
                while (left > 0) {
                    int count = in.read(buffer, 0, Math.min(left, buffer.length));
                    if (count <= 0) {
                        return;
                    }
                    took(count);
                    left -= count;
                }
            } catch (IOException e) {
                // The pipe went with its process.
                closed = true;
            }
        }

        void readToEnd() {
            try {
                int count = closed ? -1 : in.read(buffer, 0, buffer.length);
                while (count > 0) {
                    took(count);
                    count = in.read(buffer, 0, buffer.length);
                }
            } catch (IOException e) {
                // The pipe went with its process.
                closed = true;
            }
        }

        void handOver(ActivationOutput activation) {
            if (kept.size() > 0) {
                activation.write(stream, kept.toByteArray(), 0, kept.size());
                kept.reset();
            }
        }

        private void took(int count) {
            ActivationOutput activation = target;
            if (activation != null) {
                activation.write(stream, buffer, 0, count);
            } else {
                kept.write(buffer, 0, Math.min(count, MAX_KEPT - kept.size()));
            }
        }
    }
}
