package io.fogwhisk.lean;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.http.HttpRole;
import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.lean.catalog.EntityDocuments;
import io.fogwhisk.lean.follow.CatalogGuard;
import io.fogwhisk.lean.follow.EntitySink;
import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.invoker.ActionResolver;
import io.fogwhisk.lean.invoker.Activations;
import io.fogwhisk.lean.invoker.BuiltInActions;
import io.fogwhisk.lean.invoker.Invocations;
import io.fogwhisk.lean.invoker.Invoker;
import io.fogwhisk.lean.invoker.Timer;
import io.fogwhisk.lean.queue.DurableQueue;
import io.fogwhisk.lean.queue.Origin;
import io.fogwhisk.lean.queue.QueueSettings;
import io.fogwhisk.lean.rest.RestApi;
import io.fogwhisk.lean.runtime.ChildRuntimes;
import io.fogwhisk.lean.runtime.Runtimes;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.system.SystemPackages;
import io.fogwhisk.wsk.EntityListing;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.TriggerFeeds;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.catalog.DocumentSink;
import io.fogwhisk.wsk.catalog.DocumentSource;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.Binding;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskPackage;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An OpenWhisk in this process: what it accepts is on the disk before it says so, and runs until its activation is
 * stored, whatever happens to the process in between.
 *
 * <p>Life cycle: {@link #start} opens the files, declares the built-in packages, opens the REST API and goes on with
 * what an earlier life left in the queue; {@link #close} takes nothing more, gives what runs a few seconds, and leaves
 * the rest in the queue.
 *
 * <p>Threads: of its own one per file that commits, one that invokes, one timer, and four that write the answers of
 * fires and invocations over REST; the rest of REST uses those of the HTTP server.
 * Stages complete on the one that commits.
 */
public final class LeanOpenWhisk implements Service, OpenWhisk, Identities, EntityListing {

    private static final Logger LOG = LoggerFactory.getLogger(LeanOpenWhisk.class);
    private static final CompletionStage<Outcome> UNKNOWN_KEY =
            CompletableFuture.completedFuture(new Outcome.Rejected(401, "The supplied authentication is invalid"));

    private static final Duration LOOK_AFTER = Duration.ofSeconds(3);
    private static final int ANSWER_THREADS = 4;
    private static final int MAX_ANSWERS = 10_000;

    private final LeanConfig config;
    private final List<BuiltInPackage> packages;
    private final HttpHost http;
    private final Metrics metrics;
    private final Clock clock;
    private final EntityStore entities;
    private final DurableQueue queue;
    private final Runtimes runtimes;
    private final Timer timer;
    private final ThreadPoolExecutor answering;
    private final Invocations invocations;
    private final Invoker invoker;
    private final RestApi rest;
    private volatile HttpHost.@Nullable Port port;
    private Runnable hideDepth = () -> {};
    private volatile TriggerFeeds feeds = TriggerFeeds.NONE;
    private volatile boolean running;

    /**
     * An OpenWhisk; nothing is opened yet.
     *
     * @param packages declared in {@code whisk.system} at every start, beside those of the system
     * @param http serves the REST API; must be started before this
     */
    public LeanOpenWhisk(
            LeanConfig config, List<BuiltInPackage> packages, HttpHost http, Metrics metrics, Clock clock) {
        this(
                config,
                packages,
                http,
                metrics,
                clock,
                apiHost -> new ChildRuntimes(config.name(), config.runtimes(), apiHost, clock));
    }

    /**
     * An OpenWhisk with other runtimes, which it starts and closes.
     *
     * @param runtimes of where the OpenWhisk is, which is known after the start
     */
    LeanOpenWhisk(
            LeanConfig config,
            List<BuiltInPackage> packages,
            HttpHost http,
            Metrics metrics,
            Clock clock,
            Function<Supplier<String>, Runtimes> runtimes) {
        this.config = config;
        this.packages = SystemPackages.with(packages, config.identities(), clock);
        this.http = http;
        this.metrics = metrics;
        this.clock = clock;
        String name = config.name();
        entities = new EntityStore(name + "-entities", config.dataFolder().resolve("whisk.db"), config.commitPace());
        queue = new DurableQueue(
                new QueueSettings(
                        name,
                        config.dataFolder().resolve("queue.db"),
                        config.commitPace(),
                        config.bounds().maxQueued(),
                        config.bounds().maxInMemory(),
                        config.retention().activations(),
                        config.retention().bytes(),
                        config.retention().age()),
                metrics,
                clock);
        this.runtimes = runtimes.apply(this::apiHost);
        timer = new Timer(name + "-timer");
        answering = new ThreadPoolExecutor(
                ANSWER_THREADS,
                ANSWER_THREADS,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(MAX_ANSWERS),
                NamedThreads.pool(name + "-answers"),
                new ThreadPoolExecutor.CallerRunsPolicy());
        ActionResolver resolver = new ActionResolver(entities, new BuiltInActions(this.packages), config.parameters());
        Entitlement entitlement = new Entitlement(entities);
        invoker = new Invoker(
                name,
                queue,
                entities,
                resolver,
                entitlement,
                this.runtimes,
                config.identities(),
                new Invoker.Places(config.bounds().maxRunning(), config.bounds().maxInMemory()),
                metrics,
                clock,
                timer);
        invocations =
                new Invocations(entities, entitlement, resolver, queue, invoker, config.identities(), clock, timer);
        invoker.onStored(invocations::stored);
        // What is accepted meanwhile must find room.
        int most = config.bounds().maxQueued() / 4;
        invoker.giveWay(() -> feeds.flooded() && queue.depth() < most);
        rest = new RestApi(
                config.identities(),
                entities,
                entitlement,
                resolver,
                invocations,
                new Activations(queue::activations, invoker, timer, answering),
                () -> feeds,
                queue::depth,
                this.runtimes,
                config.blockingLimit(),
                answering,
                clock);
    }

    @Override
    public void start() {
        entities.start();
        new BuiltInInstaller(entities, clock).install(packages);
        runtimes.start();
        queue.start();
        hideDepth = metrics.queue(config.name() + "/openwhisk", queue::depth);
        timer.every(Duration.ofMillis(100), () -> queue.activations().trim());
        running = true;
        port = http.open(
                new HttpRole(config.name() + "/openwhisk", config.host(), config.port(), rest::routes, config.tls())
                        .with(rest::refusal));
        // After the port, since the children of an earlier life's entries are told where it is.
        invoker.start();
        // Not at once: what starts beside this needs the processors more. Whoever asks earlier waits for the look.
        timer.after(LOOK_AFTER, () -> answering.execute(runtimes::look));
        LOG.atInfo()
                .addKeyValue("openwhisk", config.name())
                .addKeyValue("apiHost", apiHost())
                .addKeyValue("queued", queue.depth())
                .log("openwhisk started");
    }

    /**
     * Where the REST API is, as {@code wsk --apihost} wants it: {@code http://host:port}.
     *
     * @throws WskException before the start
     */
    public String apiHost() {
        HttpHost.Port open = port;
        if (open == null) {
            throw new WskException("OpenWhisk " + config.name() + " is not started");
        }
        String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        return "http://" + host + ":" + open.number();
    }

    /**
     * Shows the state of these feeds with their triggers, tells them of triggers that are deleted, and runs less while
     * they are flooded, so that more is accepted.
     */
    public void feeds(TriggerFeeds kept) {
        feeds = Objects.requireNonNull(kept, "kept is null");
    }

    /** What is declared here, as the documents of a catalogue. */
    public DocumentSource declarations() {
        return new EntityDocuments(entities);
    }

    /**
     * Has nobody but the catalogue change what belongs to it.
     *
     * @param centre for messages
     * @param namespaces those that are followed; empty for all
     * @param identities whether the catalogue has an identity of a namespace; must not block
     */
    public CatalogGuard guard(URI centre, Set<String> namespaces, Predicate<String> identities) {
        CatalogGuard guard = new CatalogGuard(entities, centre, namespaces, identities);
        entities.guard(guard);
        return guard;
    }

    /**
     * Takes the entities of a catalogue, after the start.
     *
     * @param namespaces those that are wanted; empty for all
     */
    public DocumentSink follow(Set<String> namespaces) {
        return new EntitySink(
                entities,
                kind -> kind.equals(Exec.BLACKBOX)
                        ? runtimes.blackbox()
                        : runtimes.find(kind).isPresent(),
                namespaces);
    }

    /** How many accepted invocations wait or run. */
    public int depth() {
        return queue.depth();
    }

    /** Why nothing is accepted now; empty if fires and invocations are. */
    public Optional<String> fault() {
        if (!running || !queue.isWritable()) {
            return Optional.of("OpenWhisk " + config.name() + " is not running, or the file of its queue is lost");
        }
        return Optional.empty();
    }

    @Override
    public CompletionStage<Outcome> fire(AuthKey key, QualifiedName trigger, JsonObject payload) {
        Identity identity = config.identities().byKey(key);
        if (identity == null) {
            return UNKNOWN_KEY;
        }
        return running ? invocations.fire(identity.namespace(), trigger, payload, Origin.INTERNAL) : notRunning();
    }

    @Override
    public CompletionStage<Outcome> invoke(AuthKey key, QualifiedName action, JsonObject params, boolean blocking) {
        Identity identity = config.identities().byKey(key);
        if (identity == null) {
            return UNKNOWN_KEY;
        }
        Duration wait = blocking ? config.blockingLimit() : Duration.ZERO;
        return running ? invocations.invoke(identity.namespace(), action, params, wait, Origin.INTERNAL) : notRunning();
    }

    @Override
    public CompletionStage<Optional<String>> namespaceOf(AuthKey key) {
        return CompletableFuture.completedFuture(
                Optional.ofNullable(config.identities().login(key)).map(Identity::namespace));
    }

    @Override
    public Set<QualifiedName> triggers() {
        return Set.copyOf(entities.triggerNames());
    }

    @Override
    public Set<QualifiedName> actions() {
        return namesOf(action -> true);
    }

    @Override
    public Set<QualifiedName> webActions() {
        return namesOf(WhiskAction::web);
    }

    private Set<QualifiedName> namesOf(Predicate<WhiskAction> wanted) {
        Set<QualifiedName> names = new HashSet<>();
        entities.all(WhiskAction.class).stream().filter(wanted).forEach(action -> names.add(action.name()));
        for (WhiskPackage pkg : entities.all(WhiskPackage.class)) {
            if (pkg.binding().isPresent()) {
                Binding binding = pkg.binding().get();
                WhiskPackage provider = entities.packageOf(binding.namespace(), binding.name());
                if (provider != null) {
                    for (WhiskAction action : entities.inPackage(provider)) {
                        if (wanted.test(action)) {
                            names.add(QualifiedName.of(
                                    pkg.name().namespace(),
                                    pkg.name().name(),
                                    action.name().name()));
                        }
                    }
                }
            }
        }
        return Set.copyOf(names);
    }

    @Override
    public Registration onChange(Runnable listener) {
        return entities.onChange(listener);
    }

    @Override
    public void close() {
        running = false;
        HttpHost.Port open = port;
        if (open != null) {
            // Actions that start meanwhile still have to be told where this is.
            open.close();
        }
        invoker.close();
        port = null;
        runtimes.close();
        timer.close();
        queue.close();
        hideDepth.run();
        invocations.close();
        answering.shutdown();
        entities.close();
    }

    private CompletionStage<Outcome> notRunning() {
        return CompletableFuture.completedFuture(
                new Outcome.Unavailable("OpenWhisk " + config.name() + " is not running"));
    }
}
