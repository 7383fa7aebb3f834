package io.fogwhisk.edge.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.rpc.DestinationStatus;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.table.Pick;
import io.fogwhisk.edge.table.Route;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dispatcher's choices on a virtual clock. */
class EstimatedRoutingTest {

    private final AtomicLong clock = new AtomicLong();
    private final EdgeTransport transport = new EdgeTransport("test");

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void asksEachNewDestinationOnceAndThenTakesTheShortestWay() {
        // Given
        EstimatedRouting routing = routing("type=rtt", "a:1", "b:1");

        // When
        String first = answered(routing, 100, 30, 0, 0);
        String second = answered(routing, 100, 20, 0, 0);

        // Then
        assertThat(List.of(first, second)).containsExactly("a:1", "b:1");
        assertThat(answered(routing, 100, 20, 0, 0)).isEqualTo("b:1");
        assertThat(answered(routing, 100, 20, 0, 0)).isEqualTo("b:1");
    }

    @Test
    void triesADestinationAgainWhoseSamplesAreStale() {
        // Given
        EstimatedRouting routing = routing("type=rtt,stale-period=10", "a:1", "b:1");
        answered(routing, 100, 30, 0, 0);
        answered(routing, 100, 20, 0, 0);

        // When
        clock.addAndGet(Duration.ofSeconds(9).toNanos());
        String whileFresh = answered(routing, 100, 20, 0, 0);
        clock.addAndGet(Duration.ofSeconds(2).toNanos());

        // Then
        assertThat(whileFresh).isEqualTo("b:1");
        assertThat(answered(routing, 100, 10, 0, 0)).isEqualTo("a:1");
    }

    @Test
    void rttLeavesTheProcessingTimeOutAndUtilDoesNot() {
        // Given: a is near and slow, b is far and fast
        EstimatedRouting rtt = routing("type=rtt", "a:1", "b:1");
        EstimatedRouting util = routing("type=util", "a:1", "b:1");
        for (EstimatedRouting each : List.of(rtt, util)) {
            answered(each, 100, 60, 50, 0);
            answered(each, 100, 40, 10, 0);
        }

        // Then
        assertThat(answered(rtt, 100, 60, 50, 0)).isEqualTo("a:1");
        assertThat(answered(util, 100, 40, 10, 0)).isEqualTo("b:1");
    }

    @Test
    void utilFollowsTheLoadUntilItIsOld() {
        // Given: a takes 10 ms idle and 110 ms at 50 %, b always 60 ms
        EstimatedRouting routing = routing("type=util,util-load-timeout=10,rtt-stale-period=100", "a:1", "b:1");
        answered(routing, 100, 10, 10, 0);
        answered(routing, 100, 60, 60, 0);

        // When
        answered(routing, 100, 110, 110, 50);
        String whileLoaded = answered(routing, 100, 60, 60, 0);
        clock.addAndGet(Duration.ofSeconds(11).toNanos());

        // Then
        assertThat(whileLoaded).isEqualTo("b:1");
        assertThat(answered(routing, 100, 10, 10, 0)).isEqualTo("a:1");
    }

    @Test
    void aDestinationWithoutAnEstimateGetsOneCallAtATime() {
        // Given
        EstimatedRouting routing = routing("type=rtt", "a:1");
        answered(routing, 100, 30, 0, 0);
        routing.change(new ForwardingEntry("f", "b:1", 1, true));

        // When
        Route toNew = route(routing, 100);
        Route meanwhile = route(routing, 100);

        // Then
        assertThat(toNew.endpoint()).isEqualTo("b:1");
        assertThat(meanwhile.endpoint()).isEqualTo("a:1");
    }

    @Test
    void anEntryThatAControllerSaysAgainKeepsItsEstimate() {
        // Given
        EstimatedRouting routing = routing("type=rtt");
        ForwardingEntry entry = new ForwardingEntry("f", "a:1", 1, true, false, true, DestinationStatus.UNKNOWN);
        routing.change(entry);
        routing.change(new ForwardingEntry("f", "b:1", 1, true));
        for (int i = 0; i < 2; i++) {
            Route route = route(routing, 100);
            RunAnswer ok = RunAnswer.of(
                    LambdaResponse.newBuilder().setRetcode(Retcode.OK).build());
            route.answered(Duration.ofMillis(route.endpoint().equals("a:1") ? 30 : 10), ok);
        }

        // When
        routing.change(entry);

        // Then: without its estimate it would have to be tried
        assertThat(route(routing, 100).endpoint()).isEqualTo("b:1");
    }

    @Test
    void aDestinationThatOnlyFailsDoesNotDrawEveryCall() {
        // Given
        EstimatedRouting routing = routing("type=rtt", "bad:1", "good:1");
        route(routing, 100).answered(Duration.ofMillis(1), FAILED);
        answered(routing, 100, 30, 0, 0);

        // Then: but it is tried again after some seconds
        assertThat(answered(routing, 100, 30, 0, 0)).isEqualTo("good:1");
        assertThat(answered(routing, 100, 30, 0, 0)).isEqualTo("good:1");
        clock.addAndGet(Duration.ofSeconds(6).toNanos());
        assertThat(route(routing, 100).endpoint()).isEqualTo("bad:1");
    }

    @Test
    void hasOneTableWhoeverSentTheCall() {
        // Given
        EstimatedRouting routing = routing("type=rtt", "a:1");
        routing.change(new ForwardingEntry("f", "b:1", 2, false));
        List<Pick> picked = new ArrayList<>();

        // When
        for (int i = 0; i < 2; i++) {
            routing.pick(
                    RunRequest.of(LambdaRequest.newBuilder()
                            .setName("f")
                            .setForward(true)
                            .build()),
                    List.of(),
                    picked::add);
        }

        // Then
        assertThat(routing.tables()).isEqualTo(1);
        assertThat(routing.entries(0))
                .extracting(ForwardingEntry::destination, ForwardingEntry::weight)
                .containsExactly(tuple("a:1", 1f), tuple("b:1", 2f));
        assertThat(routing.entries(1)).isEmpty();
        assertThat(picked).extracting(each -> ((Route) each).endpoint()).containsExactly("a:1", "b:1");
    }

    @Test
    void refusesWeightZeroAndForgetsWhatIsRemoved() {
        EstimatedRouting routing = routing("type=delay,output=", "a:1", "b:1");

        assertThatThrownBy(() -> routing.change(new ForwardingEntry("f", "c:1", 0, true)))
                .isInstanceOf(EdgeException.class);
        routing.remove("f", "a:1");
        assertThat(route(routing, 1).endpoint()).isEqualTo("b:1");
        routing.flush();
        assertThat(pick(routing, 1)).isEqualTo(new Pick.Nowhere(Retcode.NO_DESTINATION));
    }

    @Test
    void isBusyWhenEveryDestinationIsFull() {
        EstimatedRouting routing = routing("type=rtt", "a:1");
        route(routing, 1);
        route(routing, 1);

        assertThat(pick(routing, 1)).isInstanceOf(Pick.Busy.class);
    }

    @Test
    void writesALinePerCall(@TempDir Path folder) throws Exception {
        // Given
        Path file = folder.resolve("estimates");
        EstimatedRouting routing = routing("type=util,output=" + file, "a:1");
        routing.start();

        // When
        answered(routing, 100, 30, 10, 0);
        clock.addAndGet(Duration.ofMillis(1_500).toNanos());
        answered(routing, 100, 40, 10, 0);

        // Then
        EdgeDomain.await()
                .untilAsserted(() -> assertThat(Files.readAllLines(file))
                        .containsExactly(
                                "0.000000 f a:1 100 0.000000 0.030000", "1.500000 f a:1 100 0.030000 0.040000"));
        routing.close();
    }

    @Test
    void namesAFileThatCannotBeWritten(@TempDir Path folder) {
        EstimatedRouting routing = routing("type=util,output=" + folder);

        assertThatThrownBy(routing::start)
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("output: cannot write " + folder);
    }

    private static final RunAnswer FAILED = RunAnswer.of(
            LambdaResponse.newBuilder().setRetcode("division by zero").build());

    private EstimatedRouting routing(String text, String... destinations) {
        EstimatedRouting routing =
                new EstimatedRouting(EstimatorConfig.parse("--ptimeest-conf", text), 2, transport, clock::get);
        for (String destination : destinations) {
            routing.change(new ForwardingEntry("f", destination, 1, true));
        }
        return routing;
    }

    /** Has a call take some milliseconds, and tells where it went. */
    private static String answered(EstimatedRouting routing, int size, int millis, int processingMillis, int load) {
        Route route = route(routing, size);
        route.answered(
                Duration.ofMillis(millis),
                RunAnswer.of(LambdaResponse.newBuilder()
                        .setRetcode(Retcode.OK)
                        .setPtime(processingMillis)
                        .setLoad1(load)
                        .build()));
        return route.endpoint();
    }

    private static Route route(EstimatedRouting routing, int size) {
        return (Route) pick(routing, size);
    }

    private static Pick pick(EstimatedRouting routing, int size) {
        List<Pick> picked = new ArrayList<>();
        routing.pick(
                RunRequest.of(LambdaRequest.newBuilder()
                        .setName("f")
                        .setInput("x".repeat(size))
                        .build()),
                List.of(),
                picked::add);
        return picked.get(0);
    }
}
