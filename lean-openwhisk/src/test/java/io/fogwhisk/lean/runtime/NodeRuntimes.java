package io.fogwhisk.lean.runtime;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskAction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Started runtimes with real Node.js children, and short words for what the tests ask of them. */
final class NodeRuntimes implements AutoCloseable {

    static final String ECHO = "function main(args) { return args; }";

    private final ChildRuntimes runtimes;
    private final Path folder;
    private final String kind;

    private NodeRuntimes(RuntimeSettings settings) {
        folder = settings.workFolder();
        runtimes = new ChildRuntimes("test", settings, () -> "http://localhost:3233", Clock.systemUTC());
        runtimes.start();
        kind = runtimes.find("nodejs:default").map(RuntimeKind::kind).orElse("");
        if (kind.isEmpty()) {
            close();
            absent("node is not installed");
        }
    }

    /** With what a user has who configures nothing. */
    static NodeRuntimes start() {
        return start(2_048, true);
    }

    static NodeRuntimes start(int userMemoryMb, boolean network) {
        return new NodeRuntimes(
                new RuntimeSettings(userMemoryMb, Duration.ofMinutes(10), network, reachableFolder(), Map.of()));
    }

    static NodeRuntimes in(Path folder) {
        return new NodeRuntimes(new RuntimeSettings(2_048, Duration.ofMinutes(10), true, folder, Map.of()));
    }

    /** A temporary folder that a child's user may enter; short, as the path of a socket is. */
    static Path reachableFolder() {
        try {
            Path folder = Files.createTempDirectory(Path.of("/tmp"), "fw");
            return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Skips the test, or fails it on the build server. */
    static void absent(String why) {
        if (System.getenv().getOrDefault("CI", "").equals("true")) {
            fail(why + ", and the build server must not skip a test");
        }
        abort(why);
    }

    static boolean root() {
        return System.getProperty("user.name").equals("root");
    }

    String kind() {
        return kind;
    }

    Path folder() {
        return folder;
    }

    /** Runs source text once and waits for how it ended. */
    RunResult run(String code) {
        return run(code, "{}");
    }

    RunResult run(String code, String input) {
        return await(submit(action(code), code, "guest", input, Map.of()));
    }

    RunResult run(WhiskAction action, String code) {
        return await(submit(action, code, "guest", "{}", Map.of()));
    }

    CompletableFuture<RunResult> submit(WhiskAction action, String code) {
        return submit(action, code, "guest", "{}", Map.of());
    }

    CompletableFuture<RunResult> submit(
            WhiskAction action, String code, String namespace, String input, Map<String, String> env) {
        RunRequest request = new RunRequest(
                action,
                () -> code,
                namespace,
                action.name(),
                input,
                env,
                new ActivationId(UUID.randomUUID().toString().replace("-", "")),
                "transaction",
                Optional.empty());
        return runtimes.run(request).toCompletableFuture();
    }

    /** An action whose name follows from its code, so that the same code gets the same child. */
    WhiskAction action(String code) {
        return action("a" + Integer.toHexString(code.hashCode()), 1, Limits.DEFAULT, false);
    }

    WhiskAction action(String name, long updated, Limits limits, boolean binary) {
        return action(name, updated, limits, binary, Optional.empty());
    }

    WhiskAction action(String name, long updated, Limits limits, boolean binary, Optional<String> main) {
        return new WhiskAction(
                QualifiedName.of("guest", name),
                SemVer.parse("0.0.1"),
                false,
                List.of(),
                updated,
                List.of(),
                new Exec.Code(kind, new ActionCode.Inline(""), binary, main),
                limits);
    }

    static RunResult await(CompletableFuture<RunResult> run) {
        try {
            return run.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no result", e);
        }
    }

    /** A zip, as base64. */
    static String zip(Map<String, String> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** The text of each line of a log, without the time. */
    static List<String> texts(RunResult result) {
        return result.logs().stream().map(line -> line.substring(31)).toList();
    }

    @Override
    public void close() {
        runtimes.close();
        try {
            FileTree.delete(folder);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
