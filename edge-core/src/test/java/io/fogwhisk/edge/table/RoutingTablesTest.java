package io.fogwhisk.edge.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.policy.DestinationPolicy;
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
        assertThat(tables.entries(1)).containsExactly(new ForwardingEntry("f", "computer:1", 1, true));
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
    void passesOverWhatACallHasTried() {
        tables.change(new ForwardingEntry("f", "a:1", 1, true));
        tables.change(new ForwardingEntry("f", "b:1", 1, true));

        Pick picked = pick(List.of("a:1"));

        assertThat(picked)
                .isInstanceOfSatisfying(
                        Route.class, route -> assertThat(route.endpoint()).isEqualTo("b:1"));
    }

    private Route route() {
        return (Route) pick();
    }

    private Pick pick() {
        return pick(List.of());
    }

    private Pick pick(List<String> tried) {
        List<Pick> picked = new ArrayList<>();
        tables.pick(RunRequest.of(LambdaRequest.newBuilder().setName("f").build()), tried, picked::add);
        return picked.get(0);
    }
}
