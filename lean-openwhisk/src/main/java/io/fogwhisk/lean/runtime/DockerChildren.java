package io.fogwhisk.lean.runtime;

import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.WhiskAction;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The children of actions whose code is an image, each a container of its own. */
final class DockerChildren implements ChildSource {

    /** Nothing that the client could take for an option. */
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@-]{0,254}");

    private static final int PATIENCE_SECONDS = 30;

    private final Executor threads;
    private final Supplier<String> apiHost;
    private final Look<Optional<DockerEngine>> engine;

    /**
     * Children in containers, if there is an engine. It is looked for when it is first asked for; then the containers that
     * a killed server has left behind are removed, too.
     *
     * @param clients where the engine's client may be
     * @param scratch a folder for what the client writes
     * @param network whether actions may use it; without, no container can be reached, and there is no engine
     * @param threads that may wait
     * @param apiHost where code finds the OpenWhisk it runs in
     */
    DockerChildren(List<Path> clients, Path scratch, boolean network, Executor threads, Supplier<String> apiHost) {
        this.threads = threads;
        this.apiHost = apiHost;
        this.engine = new Look<>(() -> network
                ? CompletableFuture.supplyAsync(() -> look(clients, scratch), threads)
                : CompletableFuture.completedFuture(Optional.empty()));
    }

    private static Optional<DockerEngine> look(List<Path> clients, Path scratch) {
        Optional<DockerEngine> found = DockerEngine.find(clients, scratch);
        found.ifPresent(DockerEngine::removeLeftOver);
        return found;
    }

    /** Whether there is an engine; waits for the look, for a bounded time. */
    boolean available() {
        return engine().isPresent();
    }

    @Override
    public List<RuntimeKind> kinds() {
        return List.of();
    }

    @Override
    public boolean runs(WhiskAction action) {
        return action.exec() instanceof Exec.Blackbox && available();
    }

    @Override
    public Child start(RunRequest request) {
        WhiskAction action = request.action();
        DockerEngine docker =
                engine().orElseThrow(() -> new LeanException(500, "there is no container engine for " + action.name()));
        String image = action.exec() instanceof Exec.Blackbox given ? given.image() : "";
        if (!IMAGE.matcher(image).matches()) {
            throw new LeanException(400, "'" + image + "' is not the name of an image.");
        }
        String name = "fogwhisk-" + ProcessHandle.current().pid() + "-"
                + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
        boolean done = false;
        try {
            docker.run(image, name, action.limits().memoryMb(), Map.of("__OW_API_HOST", apiHost.get()));
            Container container = new DockerContainer(docker, name, docker.port(name));
            done = true;
            return new HttpChild(container, request.code().get(), threads);
        } finally {
            if (!done) {
                docker.remove(List.of(name));
            }
        }
    }

    @Override
    public void close() {
        // All that was started are children.
    }

    private Optional<DockerEngine> engine() {
        try {
            return engine.found().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new LeanException(503, "still looking for a container engine, try again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LeanException(503, "the runtimes are being stopped", e);
        }
    }
}
