package io.fogwhisk.edge.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.rpc.DestinationStatus;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ControlPlaneTest {

    private static final Duration LENGTH = Duration.ofSeconds(15);
    private static final Lease LEASE = new Lease(LENGTH, "i1");
    private static final RouterNode R1 = new RouterNode("r1:1", "r1:2");
    private static final RouterNode R2 = new RouterNode("r2:1", "r2:2");

    private final RecordedTables tables = new RecordedTables();
    private long now = Long.MAX_VALUE - LENGTH.toNanos() / 2;
    private final ControlPlane plane = new ControlPlane(new FlatInstaller(), tables, () -> now);

    @Test
    void tellsEveryRouterAboutEveryComputerWhoeverCameFirst() {
        // When
        plane.announce(R1, LEASE);
        plane.announce(new ComputerNode("c1:1", Set.of("f"), Set.of("f")), LEASE);
        plane.announce(new ComputerNode("c2:1", Set.of("f")), LEASE);
        plane.announce(R2, LEASE);

        // Then
        assertThat(tables.of("r1:1")).containsExactly("f>c1:1!*", "f>c2:1!");
        assertThat(tables.of("r2:1")).isEqualTo(tables.of("r1:1"));
    }

    @Test
    void saysNothingToRoutersAboutARepeatedAnnouncement() {
        // Given
        plane.announce(R1, LEASE);
        plane.announce(computer("f", "g"), LEASE);
        tables.taken();

        // When
        ControlPlane.Outcome router = plane.announce(R1, LEASE);
        ControlPlane.Outcome computer = plane.announce(computer("g", "f"), LEASE);

        // Then
        assertThat(tables.taken()).isEmpty();
        assertThat(router).isEqualTo(ControlPlane.Outcome.RENEWED);
        assertThat(computer).isEqualTo(ControlPlane.Outcome.RENEWED);
    }

    @Test
    void saysOnlyTheDifferenceWhenLambdasChange() {
        // Given
        plane.announce(R1, LEASE);
        plane.announce(new ComputerNode("c1:1", Set.of("f", "g", "h")), LEASE);
        tables.taken();

        // When
        plane.announce(new ComputerNode("c1:1", Set.of("g", "h", "i"), Set.of("h")), LEASE);

        // Then
        assertThat(tables.taken()).containsExactlyInAnyOrder("r1:1 + h>c1:1!*", "r1:1 + i>c1:1!", "r1:1 - f>c1:1");
    }

    @Test
    void dropsWhoFallsSilentAndNobodyElse() {
        // Given
        plane.announce(R1, LEASE);
        plane.announce(R2, LEASE);
        plane.announce(computer("f"), LEASE);
        plane.announce(new ComputerNode("c2:1", Set.of("f")), LEASE);

        // When
        now += LENGTH.toNanos() / 2;
        plane.announce(R1, LEASE);
        plane.announce(new ComputerNode("c2:1", Set.of("f")), LEASE);
        now += LENGTH.toNanos() / 2 + 1;
        tables.taken();
        ControlPlane.Lost lost = plane.endLeases();

        // Then
        assertThat(lost.computers()).containsExactly("c1:1");
        assertThat(lost.routers()).containsExactly("r2:1");
        assertThat(tables.taken()).containsExactly("r2:1 left", "r1:1 - f>c1:1");
        assertThat(plane.computers()).containsExactly("c2:1");
        assertThat(plane.routers()).containsExactly("r1:1");
    }

    @Test
    void keepsWhoseLeaseIsNotOver() {
        // Given
        plane.announce(R1, LEASE);
        plane.announce(computer("f"), LEASE);

        // When
        now += LENGTH.toNanos();

        // Then
        assertThat(plane.endLeases().isEmpty()).isTrue();
    }

    @Test
    void takesAComputerThatReturnsAsIfItWereNew() {
        // Given
        plane.announce(R1, LEASE);
        plane.announce(computer("f"), LEASE);
        now += LENGTH.toNanos() + 1;
        plane.announce(R1, LEASE);
        plane.endLeases();
        assertThat(tables.of("r1:1")).isEmpty();

        // When
        ControlPlane.Outcome outcome = plane.announce(computer("f"), LEASE);

        // Then
        assertThat(outcome).isEqualTo(ControlPlane.Outcome.FOUND);
        assertThat(tables.of("r1:1")).containsExactly("f>c1:1!");
    }

    @Test
    void tellsARouterThatStartedAnewEverything() {
        // Given
        plane.announce(R1, LEASE);
        plane.announce(computer("f"), LEASE);
        tables.forget("r1:1");

        // When
        plane.announce(R1, new Lease(LENGTH, "i2"));

        // Then
        assertThat(tables.of("r1:1")).containsExactly("f>c1:1!");
    }

    @Test
    void tellsARouterWithAnotherTableEndpointEverythingThere() {
        // Given
        plane.announce(R1, LEASE);
        plane.announce(computer("f"), LEASE);
        tables.taken();

        // When
        RouterNode moved = new RouterNode("r1:1", "r1:3");
        plane.announce(moved, LEASE);

        // Then
        assertThat(tables.taken()).containsExactly("r1:1 left", "r1:1 + f>c1:1!");
    }

    @Test
    void keepsForeignNodesUntilTheyAreRemoved() {
        // Given
        plane.announce(R1, Lease.ENDLESS);
        plane.announce(computer("f"), Lease.ENDLESS);

        // When
        now += Duration.ofDays(365).toNanos();

        // Then
        assertThat(plane.endLeases().isEmpty()).isTrue();
        assertThat(plane.removeComputer("c1:1", "")).isTrue();
        assertThat(tables.of("r1:1")).isEmpty();
    }

    @Test
    void tellsAForeignRouterThatAnnouncesItselfAgainEverything() {
        // Given
        plane.announce(R1, Lease.ENDLESS);
        plane.announce(computer("f"), Lease.ENDLESS);
        tables.forget("r1:1");

        // When
        plane.announce(R1, Lease.ENDLESS);

        // Then
        assertThat(tables.of("r1:1")).containsExactly("f>c1:1!");
    }

    @Test
    void replacesTheLambdasOfAForeignComputerAndIgnoresTheSameOnes() {
        // Given
        plane.announce(R1, LEASE);
        plane.announce(computer("f"), Lease.ENDLESS);
        tables.taken();

        // When
        plane.announce(computer("f"), Lease.ENDLESS);
        plane.announce(computer("g"), Lease.ENDLESS);

        // Then
        assertThat(tables.taken()).containsExactly("r1:1 + g>c1:1!", "r1:1 - f>c1:1");
    }

    @Test
    void keepsANodeThatTookThePlaceOfTheOneThatLeaves() {
        // Given
        plane.announce(computer("f"), new Lease(LENGTH, "new"));
        plane.announce(R1, new Lease(LENGTH, "new"));

        // When
        boolean computer = plane.removeComputer("c1:1", "old");
        boolean router = plane.removeRouter("r1:1", "old");

        // Then
        assertThat(computer).isFalse();
        assertThat(router).isFalse();
        assertThat(plane.computers()).containsExactly("c1:1");
        assertThat(plane.routers()).containsExactly("r1:1");
    }

    @Test
    void tellsARouterThatLeftNothingMore() {
        // Given
        plane.announce(R1, LEASE);
        plane.announce(computer("f"), LEASE);
        tables.taken();

        // When
        plane.removeRouter("r1:1", "i1");
        plane.announce(computer("g"), LEASE);

        // Then
        assertThat(tables.taken()).containsExactly("r1:1 left");
    }

    @Test
    void ignoresTheFarewellOfANodeThatIsNotThere() {
        assertThat(plane.removeComputer("c1:1", "")).isFalse();
        assertThat(plane.removeRouter("r1:1", "")).isFalse();
    }

    @Test
    void checksARouterOnceEverybodyHasHadTheTimeToAnnounceThemselves() {
        // Given
        ControlPlane settling = new ControlPlane(new FlatInstaller(), tables, () -> now, LENGTH);
        settling.announce(R1, LEASE);
        settling.announce(R2, Lease.ENDLESS);

        // When
        now += LENGTH.toNanos() - 1;
        List<RouterNode> early = settling.takeChecks();
        now += 1;
        List<RouterNode> due = settling.takeChecks();
        settling.announce(R1, LEASE);
        now += LENGTH.toNanos();

        // Then: nobody knows who else has put something into the tables of a foreign router
        assertThat(early).isEmpty();
        assertThat(due).containsExactly(R1);
        assertThat(settling.takeChecks()).isEmpty();
    }

    @Test
    void checksARouterAgainThatStartedAnewOrCouldNotBeRead() {
        // Given
        plane.announce(R1, LEASE);
        plane.takeChecks();

        // When
        plane.announce(R1, new Lease(LENGTH, "i2"));
        List<RouterNode> anew = plane.takeChecks();
        plane.checkLater(R1);
        plane.checkLater(R2);

        // Then
        assertThat(anew).containsExactly(R1);
        assertThat(plane.takeChecks()).containsExactly(R1);
    }

    @Test
    void checksNobodySoonAfterATimeInWhichNobodyCouldBeHeard() {
        // Given
        ControlPlane settling = new ControlPlane(new FlatInstaller(), tables, () -> now, LENGTH);
        settling.announce(R1, LEASE);
        now += LENGTH.toNanos();

        // When
        settling.settleAnew();

        // Then
        assertThat(settling.takeChecks()).isEmpty();
        now += LENGTH.toNanos();
        assertThat(settling.takeChecks()).containsExactly(R1);
    }

    @Test
    void removesWhatAControllerPutIntoATableAndNobodyOffersNow() {
        // Given
        plane.announce(R1, LEASE);
        plane.announce(computer("f"), LEASE);
        tables.taken();

        // When
        int stale = plane.holds(
                R1,
                List.of(
                        entry("f", "c1:1", true),
                        entry("g", "c1:1", true),
                        entry("f", "gone:1", true),
                        entry("f", "operators:1", false)));

        // Then
        assertThat(stale).isEqualTo(2);
        assertThat(tables.taken()).containsExactly("r1:1 - g>c1:1", "r1:1 - f>gone:1");
        assertThat(plane.holds(R2, List.of(entry("g", "c1:1", true)))).isZero();
    }

    @Test
    void doesNotClaimTheRouteToAComputerThatWouldNotAnnounceItselfToAnotherController() {
        // Given
        plane.announce(R1, LEASE);

        // When
        plane.announce(new ComputerNode("c1:1", Set.of("f"), Set.of(), false), Lease.ENDLESS);

        // Then
        assertThat(tables.of("r1:1")).containsExactly("f>c1:1!~");
        plane.announce(computer("f"), LEASE);
        assertThat(tables.of("r1:1")).containsExactly("f>c1:1!");
    }

    @Test
    void costsOneCommandPerRouterAndLambda() {
        // Given
        for (int i = 0; i < 100; i++) {
            plane.announce(new RouterNode("r" + i + ":1", "r" + i + ":2"), LEASE);
        }

        // When
        for (int i = 0; i < 50; i++) {
            plane.announce(new ComputerNode("c" + i + ":1", Set.of("f", "g")), LEASE);
        }

        // Then
        assertThat(tables.taken()).hasSize(100 * 50 * 2);
        plane.removeComputer("c7:1", "");
        assertThat(tables.taken()).hasSize(200);
        plane.announce(new RouterNode("late:1", "late:2"), LEASE);
        assertThat(tables.taken()).hasSize(49 * 2);
    }

    private static ForwardingEntry entry(String lambda, String destination, boolean controlled) {
        return new ForwardingEntry(lambda, destination, 1, true, false, controlled, DestinationStatus.UNKNOWN);
    }

    private static ComputerNode computer(String... lambdas) {
        return new ComputerNode("c1:1", Set.of(lambdas));
    }
}
