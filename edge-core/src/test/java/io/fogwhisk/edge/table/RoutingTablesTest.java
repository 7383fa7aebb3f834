package io.fogwhisk.edge.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.policy.DestinationPolicy;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RoutingTablesTest {

    private final AtomicLong clock = new AtomicLong();
    private final RoutingTables tables = new RoutingTables(DestinationPolicy.named("least-impedance"), clock::get);

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

        assertThat(tables.entries(0)).containsExactly(new ForwardingEntry("f", "computer:1", 2, false));
        assertThat(tables.entries(1)).isEmpty();
    }

    @Test
    void forgetsALambdaWithItsLastDestination() {
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));

        tables.remove("f", "computer:1");

        assertThat(tables.entries(0)).isEmpty();
        assertThat(tables.of(true).pick("f", List.of())).isEmpty();
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
        pick().orElseThrow().succeeded(Duration.ofMillis(5));

        // Then
        assertThat(tables.entries(0)).containsExactly(new ForwardingEntry("f", "computer:1", 0.005f, true));
        assertThat(tables.entries(1)).containsExactly(new ForwardingEntry("f", "computer:1", 1, true));
    }

    @Test
    void leavesAnUnreachableDestinationAloneForAWhile() {
        // Given
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));
        tables.reachability().unreachable("computer:1", "refused");

        // When
        Optional<ForwardingTable.Route> atOnce = pick();
        Optional<String> why = tables.of(false).absence("f");
        clock.addAndGet(Duration.ofMillis(101).toNanos());

        // Then
        assertThat(atOnce).isEmpty();
        assertThat(why).contains("refused");
        assertThat(pick()).isPresent();
    }

    @Test
    void leavesItAloneLongerEachTimeInARow() {
        // Given
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));
        for (int i = 0; i < 5; i++) {
            tables.reachability().unreachable("computer:1", "refused");
        }

        // When
        clock.addAndGet(Duration.ofSeconds(1).toNanos());
        Optional<ForwardingTable.Route> afterOneSecond = pick();
        clock.addAndGet(Duration.ofMillis(700).toNanos());

        // Then
        assertThat(afterOneSecond).isEmpty();
        assertThat(pick()).isPresent();
    }

    @Test
    void triesADestinationAgainAtOnceWhenItIsAnnouncedAnew() {
        tables.change(new ForwardingEntry("f", "computer:1", 1, true));
        tables.reachability().unreachable("computer:1", "refused");

        tables.change(new ForwardingEntry("f", "computer:1", 1, true));

        assertThat(pick()).isPresent();
    }

    @Test
    void passesOverWhatACallHasTried() {
        tables.change(new ForwardingEntry("f", "a:1", 1, true));
        tables.change(new ForwardingEntry("f", "b:1", 1, true));

        Optional<ForwardingTable.Route> picked = tables.of(false).pick("f", List.of("a:1"));

        assertThat(picked).map(ForwardingTable.Route::endpoint).contains("b:1");
    }

    private Optional<ForwardingTable.Route> pick() {
        return tables.of(false).pick("f", List.of());
    }
}
