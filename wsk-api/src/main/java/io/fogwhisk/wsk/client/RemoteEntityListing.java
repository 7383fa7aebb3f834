package io.fogwhisk.wsk.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.lifecycle.Worker;
import io.fogwhisk.wsk.EntityListing;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in the namespaces of a key at an OpenWhisk that is reached over REST: asks again and again, page by page, on
 * connections that are kept.
 *
 * <p>Threads: one of its own, which asks and calls the listeners.
 *
 * <p>Failure: while the OpenWhisk cannot be asked, the lists stay as they were, which the log says once. An element that
 * cannot be understood is left out.
 */
public final class RemoteEntityListing implements EntityListing, Service {

    private static final Logger LOG = LoggerFactory.getLogger(RemoteEntityListing.class);
    private static final int PAGE = 200;
    // Pages overlap, as an entity that is deleted while we read moves all that follow to the front.
    private static final int OVERLAP = 10;
    private static final int MAX_ENTITIES = 100_000;
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final RestEndpoint endpoint;
    private final AuthKey key;
    private final Duration period;
    private final Worker worker;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Entities known = new Entities(Set.of(), Set.of(), Set.of());
    // Confined to the worker.
    private boolean away;
    private int leftOut;

    private record Entities(Set<QualifiedName> triggers, Set<QualifiedName> actions, Set<QualifiedName> webActions) {}

    /**
     * A listing that is empty until the first answer after its start.
     *
     * @param name of its thread
     * @param key whose namespaces are listed
     * @param period from one look to the next, more than zero
     */
    public RemoteEntityListing(String name, RestEndpoint endpoint, AuthKey key, Duration period) {
        this.endpoint = Objects.requireNonNull(endpoint, "endpoint is null");
        this.key = Objects.requireNonNull(key, "key is null");
        if (period.isNegative() || period.isZero()) {
            throw new WskException("period must be more than 0, was " + period);
        }
        this.period = period;
        this.worker = new Worker(name, this::work);
    }

    @Override
    public void start() {
        worker.start();
    }

    @Override
    public void close() {
        worker.stop();
        worker.join(GRACE);
    }

    @Override
    public Set<QualifiedName> triggers() {
        return known.triggers;
    }

    @Override
    public Set<QualifiedName> actions() {
        return known.actions;
    }

    @Override
    public Set<QualifiedName> webActions() {
        return known.webActions;
    }

    @Override
    public Registration onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void work() throws InterruptedException {
        while (!worker.isStopping()) {
            try {
                look();
                if (away) {
                    LOG.atInfo().addKeyValue("openwhisk", endpoint.apiHost()).log("openwhisk found");
                }
                away = false;
            } catch (WskException e) {
                if (!away && !worker.isStopping()) {
                    LOG.atWarn()
                            .addKeyValue("openwhisk", endpoint.apiHost())
                            .addKeyValue("error", e.getMessage())
                            .log("openwhisk lost, what it had stays announced");
                }
                away = true;
            }
            worker.pause(period);
        }
    }

    private void look() throws InterruptedException {
        Set<QualifiedName> triggers = new HashSet<>();
        Set<QualifiedName> actions = new HashSet<>();
        Set<QualifiedName> web = new HashSet<>();
        int[] odd = new int[1];
        for (JsonNode namespace : ask("/api/v1/namespaces").orElseThrow(() -> refused("it has no namespaces"))) {
            String root = "/api/v1/namespaces/" + RestEndpoint.encode(namespace.asText()) + "/";
            pages(root + "triggers", item -> name(item, odd).ifPresent(triggers::add));
            pages(root + "actions", item -> name(item, odd).ifPresent(action -> add(action, item, actions, web)));
            Set<QualifiedName> bindings = new HashSet<>();
            pages(root + "packages", item -> {
                if (item.path("binding").path("name").isTextual()) {
                    name(item, odd).ifPresent(bindings::add);
                }
            });
            for (QualifiedName binding : bindings) {
                pages(
                        root + "actions/" + RestEndpoint.encode(binding.name()) + "/",
                        item -> name(item, odd)
                                .map(action -> QualifiedName.of(binding.namespace(), binding.name(), action.name()))
                                .ifPresent(action -> add(action, item, actions, web)));
            }
        }
        if (odd[0] != leftOut) {
            LOG.atWarn()
                    .addKeyValue("openwhisk", endpoint.apiHost())
                    .addKeyValue("count", odd[0])
                    .log("entities left out that cannot be understood");
            leftOut = odd[0];
        }
        Entities next = new Entities(Set.copyOf(triggers), Set.copyOf(actions), Set.copyOf(web));
        if (!next.equals(known)) {
            known = next;
            listeners.forEach(Runnable::run);
        }
    }

    private static void add(
            QualifiedName action, JsonNode item, Set<QualifiedName> actions, Set<QualifiedName> webActions) {
        actions.add(action);
        for (JsonNode annotation : item.path("annotations")) {
            if (annotation.path("key").asText().equals("web-export") && KeyValue.isTruthy(annotation.path("value"))) {
                webActions.add(action);
            }
        }
    }

    private static Optional<QualifiedName> name(JsonNode item, int[] odd) {
        try {
            return Optional.of(QualifiedName.parse("/" + item.path("namespace").asText() + "/"
                    + item.path("name").asText()));
        } catch (WskException e) {
            odd[0]++;
            return Optional.empty();
        }
    }

    /** Every element of a collection; of one that we may not see, or that is gone, there are none. */
    private void pages(String path, Consumer<JsonNode> each) throws InterruptedException {
        for (int skip = 0; skip < MAX_ENTITIES; skip += PAGE - OVERLAP) {
            Optional<JsonNode> page = ask(path + "?limit=" + PAGE + "&skip=" + skip);
            if (page.isEmpty()) {
                return;
            }
            page.get().forEach(each);
            if (page.get().size() < PAGE) {
                return;
            }
        }
    }

    /** An array, or empty if it is refused. */
    private Optional<JsonNode> ask(String path) throws InterruptedException {
        Duration limit = endpoint.timeout();
        RestEndpoint.Reply reply;
        try {
            reply = endpoint.send("GET", path, key, null, limit)
                    .get(limit.plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new WskException(endpoint.apiHost() + path + ": no answer: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new WskException(endpoint.apiHost() + path + ": no answer within " + limit, e);
        }
        boolean refused = reply.status() == 403 || reply.status() == 404;
        if (refused) {
            return Optional.empty();
        }
        return Optional.of(reply.json()
                .filter(json -> reply.success() && json.isArray())
                .orElseThrow(() -> refused(path + ": " + reply.error())));
    }

    private WskException refused(String what) {
        return new WskException("OpenWhisk " + endpoint.apiHost() + ": " + what);
    }
}
