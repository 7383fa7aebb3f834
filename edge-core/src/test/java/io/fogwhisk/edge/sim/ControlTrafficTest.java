package io.fogwhisk.edge.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fogwhisk.edge.sim.SimConfig.InstallerKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlTrafficTest {

    private static final double HEARTBEAT = 2;

    @ParameterizedTest
    @CsvSource({"1, 5", "10, 50", "40, 200"})
    void aQuietDomainOnlyBeats(int routers, int computers) {
        for (InstallerKind installer : InstallerKind.values()) {
            // When
            SimReport.Control control = new Simulation(SimRuns.idle(installer, routers, computers))
                    .run()
                    .control();

            // Then each node announces itself once per heartbeat
            assertThat(control.messagesPerSecond()).isCloseTo((routers + computers) / HEARTBEAT, within(1e-9));
            assertThat(control.announcementsPerSecond()).isEqualTo(control.messagesPerSecond());
            assertThat(control.messagesPerRouter()).isCloseTo(1 / HEARTBEAT, within(1e-9));
            assertThat(control.messagesPerComputer()).isCloseTo(1 / HEARTBEAT, within(1e-9));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "10, 50", "40, 200"})
    void aFlatDomainTellsEveryRouterOfEveryComputer(int routers, int computers) {
        // When
        SimReport.Control control = new Simulation(SimRuns.idle(InstallerKind.FLAT, routers, computers))
                .run()
                .control();

        // Then
        assertThat(control.installMessages()).isEqualTo((long) routers * computers);
        assertThat(control.entriesPerRouter()).isEqualTo(computers);
        assertThat(control.mostEntries()).isEqualTo(computers);
    }

    @ParameterizedTest
    @CsvSource({"10, 50", "40, 200", "40, 1000"})
    void aHierarchicalDomainTellsOthersOfHomesOnly(int routers, int computers) {
        // When
        SimConfig config = SimRuns.idle(InstallerKind.HIER, routers, computers);
        SimReport.Control control = new Simulation(config).run().control();

        // Then the home of a computer is its own site, which offers both lambdas or one
        assertThat(control.installMessages())
                .isBetween((long) computers + (long) routers * (routers - 1), config.expectedEntries());
        assertThat(control.entriesPerRouter() * routers).isEqualTo((double) control.installMessages());
        assertThat(control.mostEntries()).isLessThanOrEqualTo(2 * (routers - 1) + computers / routers);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 40})
    void aLostComputerCostsOneCommandPerRouterIfFlatAndFewIfHierarchical(int routers) {
        // Given computers that are away for longer than their lease
        SimConfig.Upkeep upkeep = new SimConfig.Upkeep(HEARTBEAT, 5, 300, 20);
        int computers = 10 * routers;

        // When
        long flat = commands(SimRuns.with(SimRuns.idle(InstallerKind.FLAT, routers, computers), upkeep));
        long hier = commands(SimRuns.with(SimRuns.idle(InstallerKind.HIER, routers, computers), upkeep));

        // Then both saw the same failures; flat tells everybody, hier the home, and all others if it has no other
        assertThat(flat).isPositive();
        assertThat(flat % routers).isZero();
        assertThat(hier).isBetween(flat / routers, flat / 3);
    }

    private static long commands(SimConfig config) {
        SimReport.Control control = new Simulation(config).run().control();
        return Math.round((control.messagesPerSecond() - control.announcementsPerSecond())
                * config.span().seconds());
    }
}
