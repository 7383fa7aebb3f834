package io.fogwhisk.edge.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PlacesTest {

    @Test
    void aDetourIsNeverShorter() {
        // Given
        Places places = new Places(SimRuns.PLANE, 20, new SplittableRandom(1));

        // When / Then
        for (int from = 0; from < places.sites(); from++) {
            for (int to = 0; to < places.sites(); to++) {
                assertThat(places.delay(from, to)).isEqualTo(places.delay(to, from));
                for (int over = 0; over < places.sites(); over++) {
                    assertThat(places.delay(from, to))
                            .isLessThanOrEqualTo(places.delay(from, over) + places.delay(over, to));
                }
            }
        }
    }

    @Test
    void inATreeLinksCount() {
        // Given leaves 0 1 | 2 3 || 4 5 | 6 7
        SimConfig.Network tree = new SimConfig.Network(SimConfig.Layout.TREE, 0, 1, 0, 0, 2);
        Places places = new Places(tree, 8, new SplittableRandom(1));

        // When / Then
        assertThat(places.delay(0, 0)).isZero();
        assertThat(places.delay(0, 1)).isEqualTo(Agenda.nanos(0.002));
        assertThat(places.delay(0, 3)).isEqualTo(Agenda.nanos(0.004));
        assertThat(places.delay(3, 4)).isEqualTo(Agenda.nanos(0.006));
    }

    @Test
    void aSiteIsFoundByItsAddress() {
        // When / Then
        assertThat(Places.site("s17:6473")).isEqualTo(17);
        assertThat(Places.site(Places.host(3))).isEqualTo(3);
        assertThatThrownBy(() -> Places.site("localhost:1")).isInstanceOf(EdgeException.class);
    }
}
