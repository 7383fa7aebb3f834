package io.fogwhisk.edge.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AgendaTest {

    private final Agenda agenda = new Agenda();

    @Test
    void eventsHappenInOrderAndThoseOfOneInstantAsTheyWerePlanned() {
        // Given many events in few instants, planned in any order
        record Planned(long time, int number) {}
        SplittableRandom random = new SplittableRandom(1);
        List<Planned> expected = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            long time = random.nextInt(2_000);
            agenda.after(time, Event.BEAT, i);
            expected.add(new Planned(time, i));
        }
        expected.sort(Comparator.comparingLong(Planned::time));

        // When
        List<Planned> happened = new ArrayList<>();
        while (agenda.next(Long.MAX_VALUE)) {
            happened.add(new Planned(agenda.getAsLong(), agenda.subject()));
            assertThat(agenda.kind()).isEqualTo(Event.BEAT);
        }

        // Then
        assertThat(happened).isEqualTo(expected);
        assertThat(agenda.happened()).isEqualTo(20_000);
    }

    @Test
    void eventsPlannedMeanwhileFindTheirPlace() {
        // Given
        agenda.after(10, Event.ARRIVAL, 1);
        agenda.after(20, Event.BEAT, 2);

        // When
        agenda.next(100);
        agenda.after(5, Event.VANISH, 3);

        // Then
        assertThat(agenda.next(100)).isTrue();
        assertThat(agenda.kind()).isEqualTo(Event.VANISH);
        assertThat(agenda.getAsLong()).isEqualTo(15);
    }

    @Test
    void nothingHappensAfterTheEndButTimeGoesOn() {
        // Given
        agenda.after(10, Event.ARRIVAL, 1);

        // When
        boolean early = agenda.next(9);

        // Then
        assertThat(early).isFalse();
        assertThat(agenda.getAsLong()).isEqualTo(9);
        assertThat(agenda.next(10)).isTrue();
    }

    @Test
    void nothingIsPlannedForThePast() {
        // When / Then
        assertThatThrownBy(() -> agenda.after(-1, Event.BEAT, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
