package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.launcher.Fogwhisk;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import picocli.CommandLine;

/** A command that runs in a thread of this process until it is closed, which is what Ctrl-C does to a process. */
final class RunningCommand implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(20);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Thread thread;
    private volatile int code = -1;

    private RunningCommand(String... arguments) {
        thread = new Thread(() -> code = execute(out, err, arguments), "command " + arguments[0]);
    }

    /** Starts a command and returns at once. */
    static RunningCommand start(String... arguments) {
        RunningCommand running = new RunningCommand(arguments);
        running.thread.start();
        return running;
    }

    /** Starts a role and waits until it listens. */
    static RunningCommand role(String... arguments) {
        RunningCommand running = start(arguments);
        running.after("listening on ");
        return running;
    }

    /** Runs a command to its end. */
    static RunningCommand run(String... arguments) {
        RunningCommand run = start(arguments);
        run.awaitEnd();
        return run;
    }

    /** The word that follows a text in the output, which is waited for. */
    String after(String text) {
        Pattern wanted = Pattern.compile(Pattern.quote(text) + "([^\\s,]+)");
        return Awaitility.await()
                .atMost(LONG)
                .until(
                        () -> {
                            assertThat(thread.isAlive() || out().contains(text))
                                    .as(err())
                                    .isTrue();
                            Matcher found = wanted.matcher(out());
                            return found.find() ? found.group(1) : "";
                        },
                        word -> !word.isEmpty());
    }

    /** Ends the command as Ctrl-C does and waits. */
    void end() {
        thread.interrupt();
        awaitEnd();
    }

    /** Waits for the end. */
    RunningCommand awaitEnd() {
        try {
            thread.join(LONG.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(thread.isAlive()).as("command runs: " + out + err).isFalse();
        return this;
    }

    /** The exit code; after the end. */
    int code() {
        return code;
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    @Override
    public void close() {
        end();
    }

    private static int execute(StringWriter out, StringWriter err, String... arguments) {
        CommandLine line = Fogwhisk.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        int code = line.execute(arguments);
        line.getOut().flush();
        line.getErr().flush();
        return code;
    }
}
