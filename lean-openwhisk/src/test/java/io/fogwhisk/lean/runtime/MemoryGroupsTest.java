package io.fogwhisk.lean.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryGroupsTest {

    private static final long LIMIT = 64L << 20;

    private final MemoryGroups groups = new MemoryGroups();

    @Test
    void theSystemEndsWhatTakesMoreThanItMayAndTheGroupSaysSo() throws Exception {
        assumeTrue(groups.permitted(), "this machine does not permit control groups");
        // A line without an end, all of which tail keeps in memory.
        Process process = new ProcessBuilder("/bin/sh", "-c", "read start; tail -n 1 /dev/zero; exit 3").start();
        try {
            // Given
            MemoryGroups.Group group = groups.hold(process.pid(), LIMIT).orElseThrow();
            assertThat(group.exhausted()).isFalse();
            // When
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            // Then
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(group.exhausted()).isTrue();
            group.remove();
            assertThat(group.exhausted()).isFalse();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    void holdsNothingThatHasEnded() throws Exception {
        assumeTrue(groups.permitted(), "this machine does not permit control groups");
        Process process = new ProcessBuilder("true").start();
        process.waitFor();

        assertThat(groups.hold(process.pid(), LIMIT)).isEmpty();
    }
}
