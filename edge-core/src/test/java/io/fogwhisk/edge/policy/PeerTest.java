package io.fogwhisk.edge.policy;

import static io.fogwhisk.edge.policy.Known.NOW;
import static io.fogwhisk.edge.policy.Known.after;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.edge.policy.Peer.Admission;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.Retcode;
import org.junit.jupiter.api.Test;

class PeerTest {

    private final Peer peer = new Peer("a:1", 2, Known.ZERO);

    @Test
    void takesAsManyCallsAsItMayHave() {
        assertThat(peer.start(NOW)).isEqualTo(Admission.GOES);
        assertThat(peer.start(NOW)).isEqualTo(Admission.GOES);
        assertThat(peer.start(NOW)).isEqualTo(Admission.FULL);
        peer.cancelled(false);
        assertThat(peer.start(NOW)).isEqualTo(Admission.GOES);
        assertThat(peer.inFlight()).isEqualTo(2);
    }

    @Test
    void anUnreachableOneIsSetAsideLongerAndLonger() {
        // With no luck in the draw the pauses are a fifth shorter: 80, 160, 320 ms ... 4 s
        double[] pauses = {0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 4, 4};
        double at = 0;
        peer.start(NOW);
        peer.unreachable(false, "refused", NOW);
        for (double pause : pauses) {
            assertThat(peer.start(after(at + pause - 0.001))).isEqualTo(Admission.SET_ASIDE);
            at += pause;
            assertThat(peer.start(after(at))).isEqualTo(Admission.PROBES);
            peer.unreachable(true, "refused", after(at));
        }
    }

    @Test
    void exactlyOneCallFindsOutWhetherItIsBack() {
        // Given
        peer.start(NOW);
        peer.unreachable(false, "refused", NOW);

        // Then
        assertThat(peer.breaker()).isEqualTo("open");
        assertThat(peer.start(after(0.1))).isEqualTo(Admission.PROBES);
        assertThat(peer.breaker()).isEqualTo("probing");
        assertThat(peer.start(after(9))).isEqualTo(Admission.SET_ASIDE);
        assertThat(peer.answered(0, after(9))).isTrue();
        assertThat(peer.breaker()).isEqualTo("closed");
        assertThat(peer.start(after(9))).isEqualTo(Admission.GOES);
    }

    @Test
    void aProbeThatTellsNothingIsFollowedByAnother() {
        // Given
        peer.start(NOW);
        peer.unreachable(false, "refused", NOW);
        peer.start(after(0.1));

        // When
        peer.cancelled(true);

        // Then
        assertThat(peer.start(after(0.1))).isEqualTo(Admission.PROBES);
    }

    @Test
    void callsThatFailTogetherCountOnce() {
        // Given
        peer.start(NOW);
        peer.start(NOW);
        peer.unreachable(false, "refused", NOW);

        // When
        boolean anew = peer.unreachable(false, "refused", after(0.07));

        // Then
        assertThat(anew).isFalse();
        assertThat(peer.start(after(0.08))).isEqualTo(Admission.PROBES);
    }

    @Test
    void fiveCallsInARowWithoutAnAnswerSetItAside() {
        for (int i = 0; i < 4; i++) {
            peer.start(NOW);
            assertThat(peer.unanswered(false, "deadline", NOW)).isFalse();
        }
        peer.start(NOW);
        assertThat(peer.unanswered(false, "deadline", NOW)).isTrue();
        assertThat(peer.admission(NOW)).isEqualTo(Admission.SET_ASIDE);
        assertThat(peer.cause()).contains("a:1").contains("deadline");
        assertThat(Retcode.saysNotExecuted(peer.cause())).isTrue();
    }

    @Test
    void anAnswerInBetweenKeepsItInUse() {
        for (int i = 0; i < 20; i++) {
            peer.start(NOW);
            if (i % 5 == 4) {
                peer.answered(0, NOW);
            } else {
                peer.unanswered(false, "deadline", NOW);
            }
        }
        assertThat(peer.breaker()).isEqualTo("closed");
    }

    @Test
    void aProbeWithoutAnAnswerSetsItAsideAgain() {
        // Given
        peer.start(NOW);
        peer.unreachable(false, "refused", NOW);
        peer.start(after(0.1));

        // When
        peer.unanswered(true, "deadline", after(1));

        // Then
        assertThat(peer.admission(after(1.1))).isEqualTo(Admission.SET_ASIDE);
        assertThat(peer.admission(after(1.2))).isEqualTo(Admission.PROBES);
    }

    @Test
    void oneThatIsAnnouncedAnewIsInUseAtOnce() {
        // Given
        peer.start(NOW);
        peer.unreachable(false, "refused", NOW);

        // When
        peer.announced();

        // Then
        assertThat(peer.start(NOW)).isEqualTo(Admission.GOES);
    }

    @Test
    void knowsTheLoadForAWhileAndNeverFull() {
        // Given
        peer.start(NOW);

        // When
        peer.answered(100, NOW);

        // Then
        assertThat(peer.load(after(10), after(10) - NOW)).isEqualTo(99);
        assertThat(peer.load(after(10.1), after(10) - NOW)).isZero();
    }

    @Test
    void oneThatNoTableHasIsForgottenWithItsLastCall() {
        // Given
        Peers peers = new Peers(1, Known.ZERO);
        Peer one = peers.acquire("a:1");
        one.start(NOW);

        // Then: its place is still taken when it comes back
        peers.release(one);
        assertThat(peers.acquire("a:1").start(NOW)).isEqualTo(Admission.FULL);
        peers.release(one);
        peers.cancelled(one, false);
        assertThat(peers.size()).isZero();
    }

    @Test
    void refusesANegativeBound() {
        assertThatThrownBy(() -> new Peers(-1, Known.ZERO))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("-1");
    }
}
