package io.fogwhisk.edge.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.sim.SimConfig.InstallerKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimConfigTest {

    @Test
    void faultsNameTheNumber() {
        // When / Then
        assertThatThrownBy(() -> new SimConfig.Work(0, 1, true, 1, List.of(1.0), 0, 1, 1, false))
                .isInstanceOf(EdgeException.class)
                .hasMessage("load must be more than 0, was 0");
        assertThatThrownBy(() -> new SimConfig.Work(0.5, 1, true, 1, List.of(), 0, 1, 1, false))
                .hasMessageContaining("speeds");
        assertThatThrownBy(() -> new SimConfig.Work(0.5, 1, true, 1, List.of(1.0), 0, 1, 2, false))
                .hasMessage("lambdas-per-computer must be at most lambdas, which is 1, was 2");
        assertThatThrownBy(() -> new SimConfig.Upkeep(2, 2, 0, 1)).hasMessage("lease must be more than 2, was 2");
        assertThatThrownBy(() -> new SimConfig.Network(SimConfig.Layout.TREE, 0, 0, 0, 0, 1))
                .hasMessage("fanout must be at least 2, was 1");
        assertThatThrownBy(() -> new SimConfig.Span(0, Double.NaN)).hasMessageContaining("duration");
        assertThatThrownBy(() -> SimRuns.domain(InstallerKind.FLAT, 0, 1))
                .hasMessage("routers must be at least 1, was 0");
    }

    @Test
    void entriesAreKnownBeforehand() {
        // When / Then
        assertThat(SimRuns.domain(InstallerKind.FLAT, 1_000, 5_000).expectedEntries())
                .isEqualTo(5_000_000);
        assertThat(SimRuns.domain(InstallerKind.HIER, 1_000, 5_000).expectedEntries())
                .isEqualTo(5_000 + 2_000 * 999);
    }
}
