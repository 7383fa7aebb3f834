package io.fogwhisk.base.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceGroupTest {

    private final List<String> events = new ArrayList<>();

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
    void threadsAreNamedForTheirOwner() {
        assertThat(NamedThreads.single("dc-1-invoker").newThread(() -> {}).getName())
                .isEqualTo("dc-1-invoker");
        NamedThreads pool = NamedThreads.pool("dc-1-http");
        assertThat(pool.newThread(() -> {}).getName()).isEqualTo("dc-1-http-1");
        assertThat(pool.newThread(() -> {}).getName()).isEqualTo("dc-1-http-2");
    }
}
