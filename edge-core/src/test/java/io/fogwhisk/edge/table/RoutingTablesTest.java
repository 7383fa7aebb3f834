package io.fogwhisk.edge.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.edge.rpc.DestinationStatus;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RoutingTablesTest {

    private static final RunAnswer OK =
            RunAnswer.of(LambdaResponse.newBuilder().setRetcode(Retcode.OK).build());

    private static final RunAnswer FAILED = RunAnswer.of(
            LambdaResponse.newBuilder().setRetcode("division by zero").build());

    private static final ForwardingEntry CONTROLLED =
            new ForwardingEntry("f", "computer:1", 1, true, false, true, DestinationStatus.UNKNOWN);

    private final AtomicLong clock = new AtomicLong();
    private final RoutingTables tables =
            RoutingTables.of("type=least-impedance", "type=trivial,period=3,stat=max", 2, clock::get, () -> () -> 0L);

    @Test
    void keepsWhatIsNotFinalOutOfTheFinalTable() {
        // When
        tables.change(new ForwardingEntry("f", "router:1", 1, false));
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));

        // Then
        assertThat(tables.entries(0))
                .extracting(ForwardingEntry::destination)
                .containsExactly("router:1", "computer:1");
        assertThat(tables.entries(1)).extracting(ForwardingEntry::destination).containsExactly("computer:1");
        assertThat(tables.entries(2)).isEmpty();
    }

    @Test
    void takesAnEntryThatIsNoLongerFinalOutOfTheFinalTable() {
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));

        tables.change(new ForwardingEntry("f", "computer:1", 2, false));

        assertThat(tables.entries(0)).extracting(ForwardingEntry::weight).containsExactly(2f);
        assertThat(tables.entries(1)).isEmpty();
    }

    @Test
    void forgetsALambdaWithItsLastDestination() {
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));

        tables.remove("f", "computer:1");

        assertThat(tables.entries(0)).isEmpty();
        assertThat(pick()).isEqualTo(new Pick.Nowhere(Retcode.NO_DESTINATION));
    }

    @Test
    void flushesBothTables() {
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));

        tables.flush();

        assertThat(tables.entries(0)).isEmpty();
        assertThat(tables.entries(1)).isEmpty();
    }

    @Test
    void refusesAWeightThatWouldDrawEveryCall() {
        assertThatThrownBy(() -> tables.change(new ForwardingEntry("f", "computer:1", 0, true)))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("computer:1");
        assertThatThrownBy(() -> new ForwardingEntry("f", "computer:1", -1, true))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("-1.0");
    }

    @Test
    void learnsTheWeightFromACall() {
        // Given
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));

        // When
        route().answered(Duration.ofMillis(5), OK);

        // Then
        assertThat(tables.entries(0)).extracting(ForwardingEntry::weight).containsExactly(0.005f);
        assertThat(tables.entries(1)).extracting(ForwardingEntry::weight).containsExactly(1f);
    }

    @Test
    void leavesAnUnreachableDestinationAloneForAWhile() {
        // Given
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));
        route().unreachable("refused");

        // When
        Pick atOnce = pick();
        clock.addAndGet(Duration.ofMillis(101).toNanos());

        // Then
        assertThat(atOnce).isEqualTo(new Pick.Nowhere("refused"));
        assertThat(pick()).isInstanceOf(Route.class);
    }

    @Test
    void triesADestinationAgainAtOnceWhenItIsAnnouncedAnew() {
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));
        route().unreachable("refused");

        tables.change(new ForwardingEntry("f", "computer:1", 1, true));

        assertThat(pick()).isInstanceOf(Route.class);
    }

    @Test
    void keepsWhatWasMeasuredWhenAnEntryIsSaidAgain() {
        // Given
        tables.change(CONTROLLED);
        route().answered(Duration.ofMillis(5), OK);

        // When
        tables.change(CONTROLLED);

        // Then
        assertThat(tables.entries(0)).extracting(ForwardingEntry::weight).containsExactly(0.005f);
    }

    @Test
    void takesWhatAnOperatorSaysAgainAsAResetWhoeverSaidItFirst() {
        // Given
        tables.change(CONTROLLED);
        route().answered(Duration.ofMillis(5), OK);

        // When
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));

        // Then: the entry stays the controller's
        assertThat(tables.entries(0))
                .extracting(ForwardingEntry::weight, ForwardingEntry::controlled)
                .containsExactly(tuple(1f, true));
    }

    @Test
    void triesASetAsideDestinationWithOneCallWhenItsEntryIsSaidAgain() {
        // Given
        tables.change(CONTROLLED);
        route().unreachable("refused");
        clock.addAndGet(Duration.ofMillis(101).toNanos());
        route().unreachable("refused again");

        // When
        tables.change(CONTROLLED);

        // Then: one finds out, and if it fails the pause is longer than before
        Route probe = route();
        assertThat(pick()).isInstanceOf(Pick.Nowhere.class);
        tables.change(CONTROLLED);
        assertThat(pick()).isInstanceOf(Pick.Nowhere.class);
        probe.unreachable("refused once more");
        clock.addAndGet(Duration.ofMillis(201).toNanos());
        assertThat(pick()).isInstanceOf(Pick.Nowhere.class);
    }

    @Test
    void countsCallsWithoutAnswerOnWhenAnEntryIsSaidAgain() {
        // Given
        tables.change(CONTROLLED);
        for (int i = 0; i < 4; i++) {
            route().unanswered("no answer in time");
        }

        // When
        tables.change(CONTROLLED);
        route().unanswered("no answer in time");

        // Then
        assertThat(pick()).isInstanceOf(Pick.Nowhere.class);
    }

    @Test
    void passesOverWhatACallHasTried() {
        tables.change(new ForwardingEntry("f", "a:1", 1, true));
        tables.change(new ForwardingEntry("f", "b:1", 1, true));

        Pick picked = pick(List.of("a:1"));

        assertThat(picked)
                .isInstanceOfSatisfying(
                        Route.class, route -> assertThat(route.endpoint()).isEqualTo("b:1"));
    }

    @Test
    void boundsWhatIsUnderWayToADestinationOverLambdasAndTables() {
        // Given
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));
        tables.change(new ForwardingEntry("g", "computer:1", 1, true));

        // When
        Route first = route();
        Pick second = pick(request("g", true), List.of());
        Pick third = pick();
        first.answered(Duration.ofMillis(5), OK);

        // Then
        assertThat(second).isInstanceOf(Route.class);
        assertThat(third).isInstanceOf(Pick.Busy.class);
        assertThat(pick()).isInstanceOf(Route.class);
    }

    @Test
    void usesAnotherDestinationWhileOneIsFull() {
        tables.change(new ForwardingEntry("f", "a:1", 1, true));
        tables.change(new ForwardingEntry("f", "b:1", 1, true));

        assertThat(List.of(route(), route(), route(), route()))
                .extracting(Route::endpoint)
                .containsExactlyInAnyOrder("a:1", "a:1", "b:1", "b:1");
        assertThat(pick()).isInstanceOf(Pick.Busy.class);
    }

    @Test
    void isBusyWhenWhatCanBeReachedIsFullAndTheRestSetAside() {
        // Given
        tables.change(new ForwardingEntry("f", "a:1", 1, true));
        route().unreachable("refused");
        tables.change(new ForwardingEntry("f", "b:1", 1, true));
        route();
        route();

        // Then
        assertThat(pick()).isInstanceOf(Pick.Busy.class);
        assertThat(pick(request("f", false), List.of("b:1"))).isEqualTo(new Pick.Nowhere("refused"));
    }

    @Test
    void tellsTheLastCauseWhenEveryDestinationIsSetAside() {
        // Given
        tables.change(new ForwardingEntry("f", "a:1", 1, true));
        tables.change(new ForwardingEntry("f", "b:1", 1, true));
        Route first = route();
        Route second = route();
        second.unreachable("cause of " + second.endpoint());
        clock.addAndGet(1_000);

        // When
        first.unreachable("cause of " + first.endpoint());

        // Then
        assertThat(pick()).isEqualTo(new Pick.Nowhere("cause of " + first.endpoint()));
    }

    @Test
    void setsADestinationAsideThatHangs() {
        // Given
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));
        for (int i = 0; i < 5; i++) {
            route().unanswered("no answer in time");
        }

        // When
        Pick atOnce = pick();
        clock.addAndGet(Duration.ofMillis(101).toNanos());
        Pick probe = pick();

        // Then: one finds out, the others do not wait for it
        assertThat(atOnce)
                .isInstanceOfSatisfying(
                        Pick.Nowhere.class,
                        nowhere -> assertThat(nowhere.cause()).contains("no answer in time"));
        assertThat(probe).isInstanceOf(Route.class);
        assertThat(pick()).isInstanceOf(Pick.Nowhere.class);
        ((Route) probe).answered(Duration.ofMillis(5), OK);
        assertThat(pick()).isInstanceOf(Route.class);
    }

    @Test
    void forgetsWhoIsInNoTable() {
        // Given
        for (int i = 0; i < 100; i++) {
            tables.change(new ForwardingEntry("f" + i % 3, "computer:" + i, 1, i % 2 == 0));
        }
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));
        Route route = route();
        route().unreachable("refused");

        // When
        tables.flush();

        // Then
        assertThat(tables.destinations()).isEqualTo(1);
        route.unreachable("refused");
        assertThat(tables.destinations()).isZero();
    }

    @Test
    void tellsWhetherTheLambdaMayRunTwice() {
        tables.change(new ForwardingEntry("f", "computer:1", 1, true, true, DestinationStatus.UNKNOWN));

        assertThat(route().idempotent()).isTrue();
        assertThat(tables.entries(1)).extracting(ForwardingEntry::idempotent).containsExactly(true);
    }

    @Test
    void showsWhatItKnowsOfADestination() {
        // Given
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));
        route().answered(Duration.ofMillis(5), OK);
        route().answered(Duration.ofMillis(1), FAILED);
        route().unanswered("no answer in time");

        // When
        route();

        // Then
        assertThat(tables.entries(0))
                .extracting(ForwardingEntry::status)
                .containsExactly(new DestinationStatus(1, 0.005, 3, 2, "closed"));
        assertThat(tables.entries(1))
                .extracting(ForwardingEntry::status)
                .containsExactly(new DestinationStatus(0, 0, 0, 0, "closed"));
    }

    @Test
    void setsWeightsAtTheEndOfAPeriod() {
        // Given
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));
        route().answered(Duration.ofMillis(5), OK);
        route().answered(Duration.ofMillis(9), OK);

        // When
        tables.periodEnded();

        // Then
        assertThat(tables.period()).isEqualTo(Duration.ofSeconds(3));
        assertThat(tables.entries(0)).extracting(ForwardingEntry::weight).containsExactly(0.009f);
    }

    @Test
    void refusesOptionsWithFaults() {
        assertThatThrownBy(() -> RoutingTables.of("type=random,seed=1", "type=none", 0, clock::get))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--table-conf: unknown key 'seed'");
        assertThatThrownBy(() -> RoutingTables.of("type=random", "type=async", 0, clock::get))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--optimizer-conf: alpha is missing");
    }

    private Route route() {
        return (Route) pick();
    }

    private Pick pick() {
        return pick(request("f", false), List.of());
    }

    private Pick pick(List<String> tried) {
        return pick(request("f", false), tried);
    }

    private Pick pick(RunRequest request, List<String> tried) {
        List<Pick> picked = new ArrayList<>();
        tables.pick(request, tried, picked::add);
        return picked.get(0);
    }

    private static RunRequest request(String lambda, boolean forward) {
        return RunRequest.of(
                LambdaRequest.newBuilder().setName(lambda).setForward(forward).build());
    }
}
