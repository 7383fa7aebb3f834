package io.fogwhisk.edge.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.controller.HierInstaller.Objective;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class HierInstallerTest {

    private static final Lease LEASE = new Lease(Duration.ofSeconds(15), "i");

    private final RecordedTables tables = new RecordedTables();

    /**
     * A line a - b - c - d at 0, 1, 2, 10 and a computer at each end. With routers at a, b, c and d, and a computer at a:
     * the longest way is d(i,a) + max: 0+10, 1+9, 2+8, 10+10, so that a, b and c tie at 10 and the sum decides: N d + sum
     * is 0+13, 4+11, 8+11, 40+27.
     */
    private static final Topology LINE = line("a", 0, "b", 1, "c", 2, "d", 10);

    @Test
    void choosesTheHomeByTheLongestWayFirst() {
        // Given
        ControlPlane plane = plane(LINE, Objective.MIN_MAX, HierInstallerTest::first);
        announceRouters(plane, "a", "b", "c", "d");

        // When
        plane.announce(new ComputerNode("a:9", Set.of("f")), LEASE);
        plane.announce(new ComputerNode("d:9", Set.of("g")), LEASE);

        // Then: for the one at d, a: 10+10, b: 9+9, c: 8+8, d: 0+10
        assertThat(tables.of("a:1")).containsExactly("f>a:9!", "g>d:1");
        assertThat(tables.of("b:1")).containsExactly("f>a:1", "g>d:1");
        assertThat(tables.of("c:1")).containsExactly("f>a:1", "g>d:1");
        assertThat(tables.of("d:1")).containsExactly("f>a:1", "g>d:9!");
    }

    @Test
    void choosesAnotherHomeWhenTheSumCountsFirst() {
        // Given: routers at a, b and d, and a topology in which the middle is far from the computer at x. From a, b, d:
        // longest way d(i,x) + max: 4+6=10, 7+5=12, 9+6=15 ; sum 4 d(i,x) + sum: 16+7, 28+6, 36+11
        Topology far = matrix(
                List.of("a", "b", "d", "x"), new double[][] {{0, 1, 6, 4}, {1, 0, 5, 7}, {6, 5, 0, 9}, {4, 7, 9, 0}});
        // and one in which they differ: longest 3+8=11 for a, 4+6=10 for b; sum 12+9 for a, 16+12 for b
        Topology split = matrix(
                List.of("a", "b", "d", "x"), new double[][] {{0, 1, 8, 3}, {6, 0, 6, 4}, {8, 6, 0, 20}, {3, 4, 20, 0}});

        // Then
        assertThat(home(far, Objective.MIN_MAX)).isEqualTo("a:1");
        assertThat(home(far, Objective.MIN_AVG)).isEqualTo("a:1");
        assertThat(home(split, Objective.MIN_MAX)).isEqualTo("b:1");
        assertThat(home(split, Objective.MIN_AVG)).isEqualTo("a:1");
    }

    @Test
    void tellsOtherRoutersOncePerHomeAndLambda() {
        // Given
        ControlPlane plane = plane(LINE, Objective.MIN_MAX, HierInstallerTest::first);
        announceRouters(plane, "a", "b", "d");
        plane.announce(new ComputerNode("a:8", Set.of("f")), LEASE);
        tables.taken();

        // When
        plane.announce(new ComputerNode("a:9", Set.of("f")), LEASE);

        // Then
        assertThat(tables.taken()).containsExactly("a:1 + f>a:9!");

        // When
        plane.removeComputer("a:8", "");

        // Then
        assertThat(tables.taken()).containsExactly("a:1 - f>a:8");

        // When
        plane.removeComputer("a:9", "");

        // Then
        assertThat(tables.taken()).containsExactlyInAnyOrder("a:1 - f>a:9", "b:1 - f>a:1", "d:1 - f>a:1");
    }

    @Test
    void saysThatALambdaMayRunTwiceOnlyIfItMayAtAllComputersOfTheHome() {
        // Given
        ControlPlane plane = plane(LINE, Objective.MIN_MAX, HierInstallerTest::first);
        announceRouters(plane, "a", "d");
        plane.announce(new ComputerNode("a:8", Set.of("f"), Set.of("f")), LEASE);
        assertThat(tables.of("d:1")).containsExactly("f>a:1*");

        // When
        plane.announce(new ComputerNode("a:9", Set.of("f")), LEASE);

        // Then
        assertThat(tables.of("d:1")).containsExactly("f>a:1");
        assertThat(tables.of("a:1")).containsExactly("f>a:8!*", "f>a:9!");

        // When
        plane.announce(new ComputerNode("a:9", Set.of("f"), Set.of("f")), LEASE);

        // Then
        assertThat(tables.of("d:1")).containsExactly("f>a:1*");
        assertThat(tables.of("a:1")).containsExactly("f>a:8!*", "f>a:9!*");
    }

    @Test
    void claimsTheRouteToAHomeOnlyIfAllItsComputersAnnounceThemselvesAgainAndAgain() {
        // Given
        ControlPlane plane = plane(LINE, Objective.MIN_MAX, HierInstallerTest::first);
        announceRouters(plane, "a", "d");
        plane.announce(new ComputerNode("a:8", Set.of("f")), LEASE);

        // When
        plane.announce(new ComputerNode("a:9", Set.of("f"), Set.of(), false), Lease.ENDLESS);

        // Then
        assertThat(tables.of("d:1")).containsExactly("f>a:1~");
        assertThat(tables.of("a:1")).containsExactly("f>a:8!", "f>a:9!~");

        // When
        plane.removeComputer("a:9", "");

        // Then
        assertThat(tables.of("d:1")).containsExactly("f>a:1");
    }

    @Test
    void movesComputersWhenABetterHomeComes() {
        // Given
        ControlPlane plane = plane(LINE, Objective.MIN_MAX, HierInstallerTest::first);
        announceRouters(plane, "a", "b");
        plane.announce(new ComputerNode("d:9", Set.of("f")), LEASE);
        assertThat(tables.of("b:1")).containsExactly("f>d:9!");
        tables.taken();

        // When
        announceRouters(plane, "d");

        // Then: new ways come before old ones go
        assertThat(tables.taken())
                .containsExactly(
                        "d:1 + f>b:1",
                        "d:1 + f>d:9!",
                        "a:1 + f>d:1",
                        "b:1 + f>d:1",
                        "b:1 - f>d:9",
                        "a:1 - f>b:1",
                        "d:1 - f>b:1");
    }

    @Test
    void movesComputersWhenTheirHomeGoes() {
        // Given
        ControlPlane plane = plane(LINE, Objective.MIN_MAX, HierInstallerTest::first);
        announceRouters(plane, "a", "b", "d");
        plane.announce(new ComputerNode("d:9", Set.of("f")), LEASE);
        tables.taken();

        // When
        plane.removeRouter("d:1", "");

        // Then
        assertThat(tables.taken().get(0)).isEqualTo("d:1 left");
        assertThat(tables.of("b:1")).containsExactly("f>d:9!");
        assertThat(tables.of("a:1")).containsExactly("f>b:1");
    }

    @Test
    void givesAComputerThatCameBeforeAnyRouterAHomeLater() {
        // Given
        ControlPlane plane = plane(LINE, Objective.MIN_MAX, HierInstallerTest::first);
        plane.announce(new ComputerNode("d:9", Set.of("f")), LEASE);

        // When
        announceRouters(plane, "a");

        // Then
        assertThat(tables.of("a:1")).containsExactly("f>d:9!");

        // When
        plane.removeRouter("a:1", "");
        tables.forget("a:1");
        announceRouters(plane, "b");

        // Then
        assertThat(tables.of("b:1")).containsExactly("f>d:9!");
    }

    @Test
    void choosesAnyOfTheRoutersAtOneAddressAndKeepsTheChoice() {
        // Given
        ControlPlane plane = plane(LINE, Objective.MIN_MAX, bound -> bound - 1);
        plane.announce(new RouterNode("a:1", "a:2"), LEASE);
        plane.announce(new RouterNode("a:3", "a:4"), LEASE);
        plane.announce(new ComputerNode("a:9", Set.of("f")), LEASE);
        assertThat(tables.of("a:3")).containsExactly("f>a:9!");
        assertThat(tables.of("a:1")).containsExactly("f>a:3");
        tables.taken();

        // When
        plane.announce(new RouterNode("a:5", "a:6"), LEASE);

        // Then
        assertThat(tables.taken()).containsExactly("a:5 + f>a:3");

        // When
        plane.removeRouter("a:3", "");

        // Then
        assertThat(tables.of("a:5")).containsExactly("f>a:9!");
        assertThat(tables.of("a:1")).containsExactly("f>a:5");
    }

    @Test
    void placesMachinesThatTheTopologyDoesNotKnow() {
        // Given
        ControlPlane plane = plane(LINE, Objective.MIN_MAX, HierInstallerTest::first);
        announceRouters(plane, "b", "unknown");

        // When
        plane.announce(new ComputerNode("stranger:9", Set.of("f")), LEASE);
        plane.announce(new ComputerNode("unknown:9", Set.of("g")), LEASE);

        // Then
        assertThat(tables.of("b:1")).containsExactly("f>stranger:9!", "g>unknown:1");
    }

    @Test
    void knowsTheSameAfterChangesAsIfItHadStartedWithTheResult() {
        // Given
        Random random = new Random(7);
        List<String> names = new ArrayList<>();
        double[][] distances = new double[12][12];
        for (int i = 0; i < 12; i++) {
            names.add("n" + i);
            for (int j = 0; j < 12; j++) {
                distances[i][j] = i == j ? 0 : 1 + random.nextInt(100);
            }
        }
        Topology topology = matrix(names, distances);
        ControlPlane plane = plane(topology, Objective.MIN_AVG, HierInstallerTest::first);

        // When: nodes come, change and go at random, at most one router per address
        for (int i = 0; i < 2_000; i++) {
            String name = "n" + random.nextInt(12);
            switch (random.nextInt(4)) {
                case 0 -> announceRouters(plane, name);
                case 1 -> {
                    if (plane.removeRouter(name + ":1", "")) {
                        tables.forget(name + ":1");
                    }
                }
                case 2 -> {
                    Set<String> lambdas = Set.of("f" + random.nextInt(3), "g");
                    plane.announce(new ComputerNode(name + ":9", lambdas), LEASE);
                }
                default -> plane.removeComputer(name + ":9", "");
            }
        }

        // Then
        for (String router : plane.routers()) {
            Set<String> incremental = tables.of(router);
            tables.forget(router);
            plane.tellEverything(router);
            assertThat(incremental).isEqualTo(tables.of(router));
        }
    }

    private String home(Topology topology, Objective objective) {
        RecordedTables own = new RecordedTables();
        ControlPlane plane =
                new ControlPlane(new HierInstaller(topology, objective, HierInstallerTest::first), own, () -> 0);
        announceRouters(plane, "a", "b", "d");
        plane.announce(new ComputerNode("x:9", Set.of("f")), LEASE);
        return plane.routers().stream()
                .filter(router -> own.of(router).contains("f>x:9!"))
                .findFirst()
                .orElseThrow();
    }

    private ControlPlane plane(Topology topology, Objective objective, IntUnaryOperator random) {
        return new ControlPlane(new HierInstaller(topology, objective, random), tables, () -> 0);
    }

    private static void announceRouters(ControlPlane plane, String... addresses) {
        for (String address : addresses) {
            plane.announce(new RouterNode(address + ":1", address + ":2"), LEASE);
        }
    }

    private static int first(int bound) {
        return 0;
    }

    private static Topology line(Object... namesAndPlaces) {
        int count = namesAndPlaces.length / 2;
        List<String> names = new ArrayList<>();
        double[][] distances = new double[count][count];
        for (int i = 0; i < count; i++) {
            names.add((String) namesAndPlaces[2 * i]);
            for (int j = 0; j < count; j++) {
                distances[i][j] = Math.abs((int) namesAndPlaces[2 * i + 1] - (int) namesAndPlaces[2 * j + 1]);
            }
        }
        return matrix(names, distances);
    }

    private static Topology matrix(List<String> names, double[][] distances) {
        return TopologyFile.of(names, distances);
    }
}
