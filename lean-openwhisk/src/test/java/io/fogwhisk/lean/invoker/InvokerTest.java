package io.fogwhisk.lean.invoker;

import static io.fogwhisk.lean.TestSite.action;
import static io.fogwhisk.lean.TestSite.await;
import static io.fogwhisk.lean.TestSite.utils;
import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.lean.GivenRuntimes;
import io.fogwhisk.lean.TestSite;
import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.lean.parameters.SiteParameters;
import io.fogwhisk.lean.queue.DurableQueue;
import io.fogwhisk.lean.queue.Entry;
import io.fogwhisk.lean.queue.Finished;
import io.fogwhisk.lean.queue.Invocation;
import io.fogwhisk.lean.queue.InvocationQueue;
import io.fogwhisk.lean.queue.Origin;
import io.fogwhisk.lean.queue.QueueSettings;
import io.fogwhisk.lean.queue.Stamp;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskPackage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InvokerTest {

    @TempDir
    Path folder;

    private final Clock clock = Clock.systemUTC();
    private final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "test");
    private final TestSite.Gate slow = new TestSite.Gate();
    private final TestSite.Gate other = new TestSite.Gate();
    private final AtomicInteger counted = new AtomicInteger();
    private final BuiltInPackage utils =
            utils(action("slow", slow), action("other", other), action("counted", (params, context) -> {
                counted.incrementAndGet();
                return CompletableFuture.completedFuture(params);
            }));

    @Test
    void runsWhatItTookWhileTheFileCouldNotBeRead() {
        QueueSettings settings = new QueueSettings(
                "test", folder.resolve("queue.db"), Duration.ZERO, 100, 100, 100, 1_000_000, Duration.ofDays(1));
        try (EntityStore entities = new EntityStore("test", folder.resolve("whisk.db"), Duration.ZERO);
                DurableQueue queue = new DurableQueue(settings, metrics, clock);
                Timer timer = new Timer("test-timer")) {
            entities.start();
            install(entities);
            queue.start();
            Unreadable unreadable = new Unreadable(queue);
            try (Invoker invoker = invoker(unreadable, entities, timer)) {
                invoker.start();
                // Given
                accept(queue, "slow");
                accept(queue, "slow");
                Awaitility.await().until(() -> slow.calls.size() == 1);
                unreadable.failing = true;
                slow.open();
                // When
                unreadable.awaitFailure();
                accept(queue, "other");
                unreadable.awaitFailure();
                unreadable.awaitFailure();
                unreadable.failing = false;
                // Then
                Awaitility.await().until(() -> {
                    slow.open();
                    other.open();
                    return queue.depth() == 0;
                });
                assertThat(other.calls).hasSize(1);
            }
        }
    }

    @Test
    void runsLittleAtATimeWhileAcceptingIsMoreUrgent() {
        QueueSettings settings = new QueueSettings(
                "test", folder.resolve("queue.db"), Duration.ZERO, 1_000, 1_000, 100, 1_000_000, Duration.ofDays(1));
        try (EntityStore entities = new EntityStore("test", folder.resolve("whisk.db"), Duration.ZERO);
                DurableQueue queue = new DurableQueue(settings, metrics, clock);
                Timer timer = new Timer("test-timer")) {
            entities.start();
            install(entities);
            queue.start();
            // Given
            for (int i = 0; i < 130; i++) {
                accept(queue, "counted");
            }
            List<Integer> ran = new CopyOnWriteArrayList<>();
            try (Invoker invoker = invoker(queue, entities, timer, new Invoker.Places(1_000, 1_000))) {
                invoker.giveWay(() -> {
                    ran.add(counted.get());
                    return true;
                });
                // When
                invoker.start();
                // Then
                Awaitility.await().until(() -> queue.depth() == 0);
            }
            assertThat(counted).hasValue(130);
            for (int i = 1; i < ran.size(); i++) {
                assertThat(ran.get(i) - ran.get(i - 1)).isLessThanOrEqualTo(50);
            }
        }
    }

    /** One place, and no memory for what waits: it is read again. */
    private Invoker invoker(InvocationQueue queue, EntityStore entities, Timer timer) {
        return invoker(queue, entities, timer, new Invoker.Places(1, 1));
    }

    private Invoker invoker(InvocationQueue queue, EntityStore entities, Timer timer, Invoker.Places places) {
        return new Invoker(
                "test",
                queue,
                entities,
                new ActionResolver(entities, new BuiltInActions(List.of(utils)), SiteParameters.NONE),
                new Entitlement(entities),
                GivenRuntimes.answering(request -> "{}"),
                IdentitySource.fixed(Map.of(AuthKey.SYSTEM, BuiltInActions.NAMESPACE)),
                places,
                metrics,
                clock,
                timer);
    }

    private void install(EntityStore entities) {
        entities.change(change -> {
            change.put(new WhiskPackage(
                    QualifiedName.of(BuiltInActions.NAMESPACE, utils.name()),
                    SemVer.FIRST,
                    true,
                    List.of(),
                    1,
                    List.of(),
                    Optional.empty()));
            for (BuiltInPackage.BuiltInAction builtIn : utils.actions()) {
                change.put(new WhiskAction(
                        BuiltInActions.name(utils, builtIn),
                        SemVer.FIRST,
                        true,
                        List.of(),
                        1,
                        List.of(),
                        BuiltInActions.exec(utils, builtIn),
                        Limits.DEFAULT));
            }
            return true;
        });
    }

    private static void accept(InvocationQueue queue, String action) {
        Invocation invocation = new Invocation(
                BuiltInActions.NAMESPACE,
                false,
                QualifiedName.of(BuiltInActions.NAMESPACE, "utils", action),
                TestSite.object("n", 1),
                Origin.INTERNAL);
        assertThat(await(queue.accept(invocation, stamp -> {}))).isInstanceOf(Outcome.Accepted.class);
    }

    /** A queue whose file cannot be read for what was set aside, when told. */
    private static final class Unreadable implements InvocationQueue {
        private final InvocationQueue queue;
        private final AtomicInteger failures = new AtomicInteger();
        private volatile boolean failing;

        Unreadable(InvocationQueue queue) {
            this.queue = queue;
        }

        void awaitFailure() {
            int before = failures.get();
            Awaitility.await().until(() -> failures.get() > before);
        }

        @Override
        public List<Entry> takeAgain(long[] seqs) {
            if (failing) {
                failures.incrementAndGet();
                throw new StoreException("cannot read");
            }
            return queue.takeAgain(seqs);
        }

        @Override
        public CompletionStage<Outcome> accept(Invocation invocation, Consumer<Stamp> stamped) {
            return queue.accept(invocation, stamped);
        }

        @Override
        public List<Entry> take(int max, Duration wait) throws InterruptedException {
            return queue.take(max, wait);
        }

        @Override
        public void wake() {
            queue.wake();
        }

        @Override
        public void setAside(Entry entry) {
            queue.setAside(entry);
        }

        @Override
        public boolean suspect(Entry entry) {
            return queue.suspect(entry);
        }

        @Override
        public void attempt(List<Entry> entries) {
            queue.attempt(entries);
        }

        @Override
        public Entry unqueued(Invocation invocation) {
            return queue.unqueued(invocation);
        }

        @Override
        public CompletionStage<Entry> keep(Entry unqueued) {
            return queue.keep(unqueued);
        }

        @Override
        public CompletionStage<Void> split(Entry entry, List<Finished> records, List<Entry> parts) {
            return queue.split(entry, records, parts);
        }

        @Override
        public CompletionStage<Void> complete(Entry entry, List<Finished> activations, boolean urgent) {
            return queue.complete(entry, activations, urgent);
        }

        @Override
        public int depth() {
            return queue.depth();
        }

        @Override
        public boolean acceptedNow(Entry entry) {
            return queue.acceptedNow(entry);
        }
    }
}
