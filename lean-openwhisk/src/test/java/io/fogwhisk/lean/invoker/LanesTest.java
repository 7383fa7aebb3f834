package io.fogwhisk.lean.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.lean.queue.Entry;
import io.fogwhisk.lean.queue.Invocation;
import io.fogwhisk.lean.queue.Origin;
import io.fogwhisk.lean.queue.Stamp;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.List;
import org.junit.jupiter.api.Test;

class LanesTest {

    private static final Lanes.Key SLOW = key("slow");
    private static final Lanes.Key OTHER = key("other");

    @Test
    void leavesPlacesForOtherActionsHoweverMuchOneAsksFor() {
        // Given
        Lanes lanes = new Lanes(1_000, 100);
        // When
        int slow = enterAll(lanes, SLOW);
        int other = enterAll(lanes, OTHER);
        // Then
        assertThat(slow).isEqualTo(800);
        assertThat(other).isEqualTo(160);
        assertThat(lanes.enter(key("third"))).isTrue();
    }

    @Test
    void letsNothingPassWhatWaitsInItsLane() {
        // Given
        Lanes lanes = new Lanes(1, 100);
        lanes.enter(SLOW);
        lanes.await(SLOW, entry(7));
        lanes.leave(SLOW);
        // When
        boolean passed = lanes.enter(SLOW);
        // Then
        assertThat(passed).isFalse();
        Lanes.Lane lane = lanes.waiting().get(0);
        assertThat(lanes.first(lane)).isEqualTo(entry(7));
        lanes.enterFirst(lane);
        assertThat(lanes.waiting()).isEmpty();
    }

    @Test
    void keepsOnlyThePlacesInTheQueueOfWhatWaitsBeyondItsShareOfMemory() {
        // Given
        Lanes lanes = new Lanes(1, 8);
        lanes.enter(SLOW);
        int held = 0;
        for (int seq = 1; seq <= 1_000; seq++) {
            held += lanes.await(SLOW, entry(seq)) ? 1 : 0;
        }
        lanes.leave(SLOW);
        Lanes.Lane lane = lanes.waiting().get(0);
        // When
        for (int i = 0; i < held; i++) {
            lanes.dropFirst(lane);
        }
        // Then
        assertThat(held).isEqualTo(3);
        long[] next = lanes.toRead(lane);
        assertThat(next).containsExactly(4, 5, 6, 7);
        lanes.read(lane, next.length, List.of(entry(4)));
        assertThat(lanes.first(lane)).isEqualTo(entry(4));
    }

    @Test
    void takesAPlaceInEveryLaneOrInNone() {
        // Given
        Lanes lanes = new Lanes(2, 8);
        lanes.enter(SLOW);
        // When
        boolean both = lanes.enter(List.of(OTHER, SLOW));
        // Then
        assertThat(both).isFalse();
        assertThat(lanes.enter(OTHER)).isTrue();
    }

    @Test
    void givesNumbersBackInTheOrderTheyCameAcrossItsRing() {
        // Given
        LongFifo fifo = new LongFifo();
        for (long number = 0; number < 60; number++) {
            fifo.add(number);
        }
        fifo.remove(50);
        // When
        for (long number = 60; number < 200; number++) {
            fifo.add(number);
        }
        // Then
        assertThat(fifo.size()).isEqualTo(150);
        assertThat(fifo.first(3)).containsExactly(50, 51, 52);
        fifo.remove(149);
        assertThat(fifo.first(5)).containsExactly(199);
    }

    private static int enterAll(Lanes lanes, Lanes.Key key) {
        int entered = 0;
        while (lanes.enter(key)) {
            entered++;
        }
        return entered;
    }

    private static Lanes.Key key(String action) {
        return new Lanes.Key("guest", QualifiedName.of("guest", action));
    }

    private static Entry entry(long seq) {
        return new Entry(
                seq,
                new Stamp(seq, 0),
                new Invocation("guest", false, QualifiedName.of("guest", "slow"), JsonObject.empty(), Origin.INTERNAL));
    }
}
