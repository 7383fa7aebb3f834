package io.fogwhisk.edge.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import io.fogwhisk.edge.sim.SimConfig.InstallerKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SimulationTest {

    private static final double SERVICE = 0.01;

    @ParameterizedTest
    @CsvSource({"0.3", "0.7", "0.9"})
    void oneCoreIsTheQueueOfTheBooks(double load) {
        // When
        SimReport report = new Simulation(SimRuns.queue(1, true, load, 2_000)).run();

        // Then M/M/1: the time in the system is exponential, with mean s / (1 - load)
        double mean = SERVICE / (1 - load);
        assertThat(report.delay().mean()).isCloseTo(mean, withPercentage(4));
        assertThat(report.delay().p50()).isCloseTo(mean * Math.log(2), withPercentage(5));
        assertThat(report.delay().p99()).isCloseTo(mean * Math.log(100), withPercentage(7));
        assertThat(report.utilisation().mean()).isCloseTo(load, within(0.01));
    }

    @ParameterizedTest
    @CsvSource({"2, 0.7", "4, 0.8", "16, 0.9"})
    void severalCoresAreTheQueueOfTheBooks(int cores, double load) {
        // When
        SimReport report = new Simulation(SimRuns.queue(cores, true, load, 4_000.0 / cores)).run();

        // Then M/M/c: s + C(c, a) * s / (c - a), with the probability C of Erlang that a call waits
        double offered = load * cores;
        double mean = SERVICE + erlangC(cores, offered) * SERVICE / (cores - offered);
        assertThat(report.delay().mean()).isCloseTo(mean, withPercentage(2));
    }

    @Test
    void constantServiceWaitsHalfAsLong() {
        // When
        SimReport report = new Simulation(SimRuns.queue(1, false, 0.8, 3_000)).run();

        // Then M/D/1: s + s * load / (2 * (1 - load))
        assertThat(report.delay().mean()).isCloseTo(SERVICE * (1 + 0.8 / (2 * 0.2)), withPercentage(2));
    }

    @ParameterizedTest
    @EnumSource(InstallerKind.class)
    void everyCallIsAnsweredOrRefusedOnce(InstallerKind installer) {
        // Given too much to do, small bounds, and computers that vanish every minute
        SimConfig domain = SimRuns.with(
                SimRuns.with(
                        SimRuns.domain(installer, 4, 20),
                        new SimConfig.Work(1.3, 100, true, 2, List.of(1.0, 2.0), 5, 2, 1, false),
                        new SimConfig.Bounds(4, 20, 0.1)),
                new SimConfig.Upkeep(2, 5, 60, 10));

        // When
        SimReport report = new Simulation(domain).run();

        // Then
        assertThat(report.calls()).isGreaterThan(10_000);
        assertThat(report.answered() + report.refused() + report.lost()).isEqualTo(report.calls());
        assertThat(report.refused()).isPositive();
        assertThat(report.lost()).isPositive();
        assertThat(report.utilisation().most()).isLessThanOrEqualTo(1.0);
    }

    @Test
    void callsThatMayRunTwiceAreNotLost() {
        // Given
        SimConfig domain = SimRuns.domain(InstallerKind.FLAT, 4, 20);
        SimConfig.Work work = new SimConfig.Work(0.5, 100, true, 2, List.of(1.0, 2.0), 100, 2, 1, true);
        SimConfig disturbed =
                SimRuns.with(SimRuns.with(domain, work, domain.bounds()), new SimConfig.Upkeep(2, 5, 60, 10));

        // When
        SimReport report = new Simulation(disturbed).run();

        // Then
        assertThat(report.calls()).isGreaterThan(1_000);
        assertThat(report.answered()).isEqualTo(report.calls());
    }

    static List<SimConfig> everyPolicyAndInstaller() {
        return SimRuns.POLICIES.stream()
                .flatMap(policy -> List.of(InstallerKind.values()).stream()
                        .map(installer -> SimRuns.with(
                                SimRuns.with(SimRuns.domain(installer, 4, 12), policy),
                                new SimConfig.Upkeep(2, 5, 60, 10))))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("everyPolicyAndInstaller")
    void theSameNumbersGiveTheSameRun(SimConfig config) {
        // When
        SimReport first = new Simulation(config).run();
        SimReport second = new Simulation(config).run();
        SimReport other = new Simulation(SimRuns.with(config, 2L)).run();

        // Then
        assertThat(second)
                .usingRecursiveComparison()
                .ignoringFields("realSeconds")
                .isEqualTo(first);
        assertThat(other.delay()).isNotEqualTo(first.delay());
        assertThat(first.events()).isGreaterThan(first.calls());
    }

    @ParameterizedTest
    @MethodSource("everyPolicyAndInstaller")
    void everyPolicyServesAHalfLoadedDomain(SimConfig config) {
        // When
        SimReport report = new Simulation(SimRuns.with(config, SimRuns.QUIET)).run();

        // Then
        assertThat(report.answered()).isEqualTo(report.calls());
        assertThat(report.utilisation().mean()).isCloseTo(0.5, within(0.05));
    }

    @Test
    void aRouterBetweenIsAHopMore() {
        // When
        SimReport flat = new Simulation(SimRuns.domain(InstallerKind.FLAT, 5, 15)).run();
        SimReport hier = new Simulation(SimRuns.domain(InstallerKind.HIER, 5, 15)).run();

        // Then
        assertThat(flat.meanHops()).isEqualTo(2);
        assertThat(hier.meanHops()).isBetween(2.2, 3.0);
    }

    private static double erlangC(int cores, double offered) {
        double term = 1;
        double sum = 1;
        for (int i = 1; i < cores; i++) {
            term *= offered / i;
            sum += term;
        }
        double waiting = term * offered / cores * cores / (cores - offered);
        return waiting / (sum + waiting);
    }
}
