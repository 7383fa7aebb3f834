package io.fogwhisk.base.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ServiceGroupTest {

    private final List<String> events = Collections.synchronizedList(new ArrayList<>());

    private final class Recorded implements Service {
        private final String name;
        private final boolean failsToStart;
        private final boolean failsToClose;

        Recorded(String name, boolean failsToStart, boolean failsToClose) {
            this.name = name;
            this.failsToStart = failsToStart;
            this.failsToClose = failsToClose;
        }

        @Override
        public void start() {
            events.add("start " + name);
            if (failsToStart) {
                throw new IllegalStateException(name + " does not start");
            }
        }

        @Override
        public void close() {
            events.add("close " + name);
            if (failsToClose) {
                throw new IllegalStateException(name + " does not close");
            }
        }
    }

    @Test
    void closesInReverseOrder() {
        try (ServiceGroup group = new ServiceGroup("test")) {
            group.start(new Recorded("a", false, false));
            group.start(new Recorded("b", false, false));
        }

        assertThat(events).containsExactly("start a", "start b", "close b", "close a");
    }

    @Test
    void closesWhatWasStartedWhenOneFailsToStart() {
        ServiceGroup group = new ServiceGroup("test");
        group.start(new Recorded("a", false, false));

        assertThatThrownBy(() -> group.start(new Recorded("b", true, false))).hasMessage("b does not start");

        assertThat(events).containsExactly("start a", "start b", "close b", "close a");
    }

    @Test
    void aFailureToCloseDoesNotKeepTheOthersOpen() {
        ServiceGroup group = new ServiceGroup("test");
        group.start(new Recorded("a", false, false));
        group.start(new Recorded("b", false, true));

        group.close();

        assertThat(events).endsWith("close b", "close a");
    }

    @Test
    void whatItOwnsIsClosedInItsPlace() {
        try (ServiceGroup group = new ServiceGroup("test")) {
            group.start(new Recorded("a", false, false));
            group.own(() -> events.add("close owned"));
            group.start(new Recorded("b", false, false));
        }

        assertThat(events).containsExactly("start a", "start b", "close b", "close owned", "close a");
    }

    @Test
    void servicesStartedTogetherNeedNotWaitForEachOther() {
        CyclicBarrier bothAreStarting = new CyclicBarrier(2);
        try (ServiceGroup group = new ServiceGroup("test")) {
            group.startTogether(new Meeting(bothAreStarting), new Meeting(bothAreStarting));

            assertThat(events).containsExactly("met", "met");
        }
    }

    @Test
    void servicesStartedTogetherAreClosedInReverseOrder() {
        try (ServiceGroup group = new ServiceGroup("test")) {
            group.start(new Recorded("a", false, false));
            group.startTogether(new Recorded("b", false, false), new Recorded("c", false, false));
            group.start(new Recorded("d", false, false));
        }

        assertThat(events.subList(1, 3)).containsExactlyInAnyOrder("start b", "start c");
        assertThat(events.subList(3, 8)).containsExactly("start d", "close d", "close c", "close b", "close a");
    }

    @Test
    void oneThatFailsBesideOthersHasAllOfThemClosedAfterTheirStarts() {
        ServiceGroup group = new ServiceGroup("test");
        group.start(new Recorded("a", false, false));

        assertThatThrownBy(() -> group.startTogether(
                        new Recorded("b", false, false),
                        new Recorded("c", true, false),
                        new Recorded("d", false, false),
                        new Recorded("e", true, false)))
                .hasMessage("c does not start")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .singleElement()
                        .satisfies(other -> assertThat(other).hasMessage("e does not start")));

        assertThat(events.subList(1, 5)).containsExactlyInAnyOrder("start b", "start c", "start d", "start e");
        assertThat(events.subList(5, 10)).containsExactly("close e", "close d", "close c", "close b", "close a");
    }

    @Test
    void anInterruptDoesNotLeaveAStartBehind() {
        try (ServiceGroup group = new ServiceGroup("test")) {
            Thread.currentThread().interrupt();

            group.startTogether(new Recorded("a", false, false), new Recorded("b", false, false));

            assertThat(Thread.interrupted()).isTrue();
            assertThat(events).containsExactlyInAnyOrder("start a", "start b");
        }
    }

    /** Is ready once the other one is starting, too. */
    private final class Meeting implements Service {
        private final CyclicBarrier barrier;

        Meeting(CyclicBarrier barrier) {
            this.barrier = barrier;
        }

        @Override
        public void start() {
            try {
                barrier.await(10, TimeUnit.SECONDS);
                events.add("met");
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException("the other one did not start", e);
            }
        }

        @Override
        public void close() {}
    }

    @Test
    void threadsAreNamedForTheirOwner() {
        assertThat(NamedThreads.single("dc-1-invoker").newThread(() -> {}).getName())
                .isEqualTo("dc-1-invoker");
        NamedThreads pool = NamedThreads.pool("dc-1-http");
        assertThat(pool.newThread(() -> {}).getName()).isEqualTo("dc-1-http-1");
        assertThat(pool.newThread(() -> {}).getName()).isEqualTo("dc-1-http-2");
    }
}
