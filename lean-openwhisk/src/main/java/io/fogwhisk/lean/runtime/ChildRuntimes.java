package io.fogwhisk.lean.runtime;

import io.fogwhisk.base.lifecycle.NamedThreads;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs code in child processes, kept warm, each held in a sandbox. Thread-safe. */
public final class ChildRuntimes implements Runtimes {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final String name;
    private final RuntimeSettings settings;
    private final Supplier<String> apiHost;
    private final Sandbox sandbox;
    /** As many threads as there are children that start, end or take a long request at the moment. */
    private final ExecutorService threads;

    private final ChildPool pool;
    private final ChildWatch watch;
    private volatile List<ChildSource> sources = List.of();
    private volatile @Nullable DockerChildren containers;

    /**
     * Runtimes that are not started.
     *
     * @param name of the OpenWhisk, for the threads
     * @param apiHost where actions find the OpenWhisk they run in, for {@code __OW_API_HOST}; asked for each child
     */
    public ChildRuntimes(String name, RuntimeSettings settings, Supplier<String> apiHost, Clock clock) {
        this.name = name;
        this.settings = settings;
        this.apiHost = apiHost;
        this.sandbox = new Sandbox(name, settings);
        this.threads = Executors.newCachedThreadPool(NamedThreads.pool(name + "-child-starter"));
        this.pool = new ChildPool(settings, clock, () -> sources, threads);
        this.watch = new ChildWatch(name, pool);
    }

    /** Makes ready to look for languages, which {@link #kinds} does when it is first asked. */
    @Override
    public void start() {
        sandbox.open();
        Machine machine = new Machine(sandbox, new RunnerFiles(sandbox.root()));
        DockerChildren docker =
                new DockerChildren(machine.onPath("docker"), sandbox.root(), settings.network(), threads, apiHost);
        containers = docker;
        sources = List.of(
                new ExecutableChildren(name, sandbox, settings, threads, apiHost),
                new SocketChildren(
                        name,
                        sandbox,
                        List.of(NodeLanguage::find, PythonLanguage::find, JavaLanguage::find),
                        threads,
                        apiHost),
                docker);
        watch.start();
    }

    @Override
    public List<RuntimeKind> kinds() {
        return sources.stream().flatMap(source -> source.kinds().stream()).toList();
    }

    @Override
    public boolean blackbox() {
        DockerChildren docker = containers;
        return docker != null && docker.available();
    }

    @Override
    public CompletionStage<RunResult> run(RunRequest request) {
        CompletionStage<RunResult> result = pool.run(request);
        watch.wake();
        return result;
    }

    @Override
    public void close() {
        pool.close();
        watch.close();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        sources.forEach(ChildSource::close);
        sandbox.close();
    }
}
