package io.fogwhisk.lean.invoker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.queue.ActivationLog;
import io.fogwhisk.lean.queue.Entry;
import io.fogwhisk.lean.queue.Finished;
import io.fogwhisk.lean.queue.Invocation;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The activations as a user sees them: those stored, and among them those under way, which have a record without
 * {@code end} that says {@code queued} or {@code running} for its status. Thread-safe; waits for the disk.
 */
public final class Activations {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MAX_QUEUED = 1_000;
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final Supplier<ActivationLog> log;
    private final LiveRuns live;
    private final Timer timer;
    private final Executor reading;

    /**
     * The activations of an OpenWhisk.
     *
     * @param log asked for at each call, as the file is opened later
     * @param timer says when to look again; the caller owns it
     * @param reading reads the disk for {@link #ended}; the caller owns it
     */
    public Activations(Supplier<ActivationLog> log, Invoker invoker, Timer timer, Executor reading) {
        this.log = log;
        this.live = invoker.live();
        this.timer = timer;
        this.reading = reading;
    }

    /**
     * A record.
     *
     * @param doc JSON
     * @param ended false while the activation is under way
     */
    public record Found(String doc, boolean ended) {}

    /** The record of an activation, or empty if there is none or it is of another namespace. */
    public Optional<Found> find(String namespace, ActivationId id) {
        Optional<Found> running = running(namespace, id);
        if (running.isPresent()) {
            return running;
        }
        // At last once more: it may have run and ended since the first look.
        return stored(namespace, id)
                .or(() -> log.get()
                        .queued(namespace, id)
                        .map(entry -> new Found(queued(entry).doc(), false)))
                .or(() -> stored(namespace, id));
    }

    private Optional<Found> stored(String namespace, ActivationId id) {
        return log.get().find(namespace, id).map(doc -> new Found(doc, true));
    }

    /**
     * The record of an activation when it has ended, or as it is when the time is over; empty if there is none. Returns
     * at once, and no thread waits.
     */
    public CompletionStage<Optional<Found>> ended(String namespace, ActivationId id, Duration limit) {
        CompletableFuture<Optional<Found>> answer = new CompletableFuture<>();
        look(namespace, id, System.nanoTime() + limit.toNanos(), answer);
        return answer;
    }

    private void look(String namespace, ActivationId id, long deadline, CompletableFuture<Optional<Found>> answer) {
        try {
            Optional<Found> found = find(namespace, id);
            boolean underWay = found.isPresent() && !found.get().ended();
            if (underWay && System.nanoTime() - deadline < 0) {
                timer.after(LOOK_EVERY, () -> reading.execute(() -> look(namespace, id, deadline, answer)));
            } else {
                answer.complete(found);
            }
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    /** The records that match, stored or under way unless a status is asked for, the one that started last first. */
    public List<String> list(ActivationLog.Query query) {
        List<UnderWay> first = query.status().isPresent() ? List.of() : underWay(query);
        if (first.isEmpty()) {
            return log.get().list(query);
        }
        // Those under way may stand anywhere before the page, so as many more rows before it are looked at.
        int skipped = Math.max(0, query.skip() - first.size());
        List<UnderWay> all = new ArrayList<>(first);
        Set<String> ids = new HashSet<>();
        first.forEach(activation -> ids.add(activation.id()));
        for (String doc : log.get().list(query.part(skipped, query.limit() + 2 * first.size()))) {
            UnderWay stored = UnderWay.stored(doc);
            if (!ids.contains(stored.id())) {
                all.add(stored);
            }
        }
        return page(all, query.skip() - skipped, query.limit());
    }

    /** The records of those under way that match, the one that started last first; the status does not matter. */
    public List<String> running(ActivationLog.Query query) {
        return page(underWay(query), query.skip(), query.limit());
    }

    /** How many {@link #list} would have without a limit. */
    public long count(ActivationLog.Query query) {
        if (query.status().isPresent()) {
            return log.get().count(query);
        }
        long all = log.get().count(query.part(0, 0)) + underWay(query).size();
        return Math.max(0, all - query.skip());
    }

    /** How many {@link #running} would have without a limit. */
    public long countRunning(ActivationLog.Query query) {
        return Math.max(0, underWay(query).size() - query.skip());
    }

    private static List<String> page(List<UnderWay> all, int skip, int limit) {
        return all.stream()
                .sorted(Comparator.comparingLong(UnderWay::start)
                        .thenComparing(UnderWay::id)
                        .reversed())
                .skip(skip)
                .limit(limit)
                .map(UnderWay::doc)
                .toList();
    }

    /** A record in a list. */
    private record UnderWay(String id, long start, String name, String doc) {

        /** A stored one; our own documents have these fields in this form. */
        static UnderWay stored(String doc) {
            int id = doc.indexOf("\"activationId\":\"") + 16;
            int start = doc.indexOf("\"start\":", id) + 8;
            int end = start;
            while (end < doc.length() && Character.isDigit(doc.charAt(end))) {
                end++;
            }
            return new UnderWay(doc.substring(id, id + 32), Long.parseLong(doc, start, end, 10), "", doc);
        }
    }

    private Optional<Found> running(String namespace, ActivationId id) {
        EntryRun run = live.find(id);
        if (run == null || !run.identity().namespace().equals(namespace)) {
            return Optional.empty();
        }
        for (Finished finished : run.records()) {
            if (finished.activation().id().equals(id)) {
                return Optional.of(new Found(finished.document(), true));
            }
        }
        return run.underWay().stream()
                .filter(started -> started.call().id().equals(id))
                .map(started -> new Found(running(started).doc(), false))
                .findFirst();
    }

    private List<UnderWay> underWay(ActivationLog.Query query) {
        List<UnderWay> found = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (EntryRun run : live.all()) {
            if (run.identity().namespace().equals(query.namespace())) {
                run.underWay().forEach(started -> found.add(running(started)));
                ids.add(run.entry().stamp().id(0).hex());
            }
        }
        for (Entry entry : log.get().queued(query.namespace(), MAX_QUEUED)) {
            // What runs is in the file too until it is done.
            if (!ids.contains(entry.stamp().id(0).hex())) {
                found.add(queued(entry));
            }
        }
        found.removeIf(activation -> activation.start() < query.since()
                || activation.start() > query.upto()
                || query.name().filter(name -> !name.equals(activation.name())).isPresent());
        return found;
    }

    private static UnderWay running(EntryRun.Started started) {
        Call call = started.call();
        ObjectNode json = NODES.objectNode()
                .put("namespace", call.identity().namespace())
                .put("name", call.action().action().name().name())
                .put("version", call.action().action().version().toString())
                .put("subject", call.identity().subject())
                .put("activationId", call.id().hex())
                .put("start", started.start());
        call.cause().ifPresent(cause -> json.put("cause", cause.hex()));
        json.put("publish", false).set("annotations", KeyValue.toJson(Records.annotations(call, started.start())));
        return underWay(json, call.action().listName(), "running");
    }

    private static UnderWay queued(Entry entry) {
        Invocation invocation = entry.invocation();
        QualifiedName target = invocation.target();
        ObjectNode json = NODES.objectNode()
                .put("namespace", invocation.namespace())
                .put("name", target.name())
                .put("version", "0.0.1")
                .put("subject", invocation.namespace())
                .put("activationId", entry.stamp().id(0).hex())
                .put("start", entry.stamp().millis());
        invocation.origin().cause().ifPresent(cause -> json.put("cause", cause.hex()));
        json.put("publish", false).putArray("annotations");
        return underWay(json, target.nameInNamespace(), "queued");
    }

    private static UnderWay underWay(ObjectNode json, String listName, String status) {
        json.putArray("logs");
        json.putObject("response").put("status", status).put("success", false).putObject("result");
        return new UnderWay(
                json.path("activationId").textValue(), json.path("start").longValue(), listName, json.toString());
    }
}
