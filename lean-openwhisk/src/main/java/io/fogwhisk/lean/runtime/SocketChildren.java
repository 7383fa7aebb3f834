package io.fogwhisk.lean.runtime;

import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.WhiskAction;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The children that run a {@link Language}'s runner behind a socket. */
final class SocketChildren implements ChildSource {

    private static final Logger LOG = LoggerFactory.getLogger(SocketChildren.class);
    private static final int PATIENCE_SECONDS = 20;

    private final String name;
    private final Sandbox sandbox;
    private final Executor threads;
    private final Supplier<String> apiHost;
    private final Look<List<Language>> languages;

    /**
     * Children of the languages that the machine has, which are looked for when they are first asked for.
     *
     * @param sandbox open
     * @param threads that may wait
     * @param apiHost where code finds the OpenWhisk it runs in
     */
    SocketChildren(
            String name, Sandbox sandbox, List<LanguageFinder> finders, Executor threads, Supplier<String> apiHost) {
        this.name = name;
        this.sandbox = sandbox;
        this.threads = threads;
        this.apiHost = apiHost;
        Machine machine = new Machine(sandbox, new RunnerFiles(sandbox.root()));
        this.languages = new Look<>(() -> look(finders, machine, threads));
    }

    private CompletableFuture<List<Language>> look(List<LanguageFinder> finders, Machine machine, Executor threads) {
        List<CompletableFuture<List<Language>>> looks = finders.stream()
                .map(finder -> CompletableFuture.supplyAsync(() -> finder.find(machine), threads)
                        .exceptionally(e -> nothing(e)))
                .toList();
        return CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new))
                .thenApply(all ->
                        looks.stream().flatMap(look -> look.join().stream()).toList());
    }

    @Override
    public List<RuntimeKind> kinds() {
        return languages().stream().map(Language::kind).toList();
    }

    @Override
    public boolean runs(WhiskAction action) {
        return language(action).isPresent();
    }

    @Override
    public Child start(RunRequest request) {
        WhiskAction action = request.action();
        Language language =
                language(action).orElseThrow(() -> new LeanException(500, "nothing here runs " + action.name()));
        ChildPlace place = sandbox.claim();
        Optional<Process> started = Optional.empty();
        boolean done = false;
        try {
            String code = unpack(language, action, request.code().get(), place);
            Path socket = place.folder().resolve("socket");
            ServerSocketChannel listener = listen(socket);
            try {
                Map<String, String> env = Map.of("FOGWHISK_SOCKET", socket.toString(), "__OW_API_HOST", apiHost.get());
                Process process = sandbox.start(place, language.command(action, place.folder()), env);
                started = Optional.of(process);
                ChildProcess child = new ChildProcess(
                        sandbox, place, process, action.limits().memoryMb());
                done = true;
                return new SocketChild(name, child, listener, socket, code, threads);
            } finally {
                if (!done) {
                    close(listener);
                }
            }
        } finally {
            if (!done) {
                sandbox.release(place, started);
            }
        }
    }

    @Override
    public void close() {
        // All that was started are children.
    }

    private static String unpack(Language language, WhiskAction action, String code, ChildPlace place) {
        try {
            return language.unpack(action, code, place.folder());
        } catch (LeanException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new LeanException(500, "cannot unpack the code of " + action.name() + ": " + e.getMessage(), e);
        }
    }

    private static ServerSocketChannel listen(Path socket) {
        try {
            ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                listener.bind(UnixDomainSocketAddress.of(socket), 1);
                return listener;
            } catch (IOException e) {
                listener.close();
                throw e;
            }
        } catch (IOException e) {
            throw new LeanException(
                    500,
                    "cannot listen at " + socket + ", use a work folder with a shorter path: " + e.getMessage(),
                    e);
        }
    }

    private static void close(ServerSocketChannel listener) {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("error", e.toString()).log("socket of an action did not close");
        }
    }

    private Optional<Language> language(WhiskAction action) {
        return languages().stream()
                .filter(language -> language.kind().kind().equals(action.exec().kind()))
                .findFirst();
    }

    private List<Language> languages() {
        try {
            return languages.found().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new LeanException(503, "still looking for the languages of this machine, try again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LeanException(503, "the runtimes are being stopped", e);
        }
    }

    private List<Language> nothing(Throwable failure) {
        LOG.atWarn()
                .addKeyValue("runtimes", name)
                .addKeyValue("error", failure.toString())
                .log("looking for a language failed");
        return List.of();
    }
}
