package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SuccessionTest {

    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final String LOST = "lost";

    private final Network network = new Network();
    private final Member a = new Member("a");
    private final Member b = new Member("b");

    /** Members that hear each other at once, on a clock of their own. */
    private static final class Network {
        private final List<Member> members = new ArrayList<>();
        private final List<Later> waiting = new ArrayList<>();
        private Duration now = Duration.ZERO;

        private record Later(Duration at, Runnable task) {}

        void say(String id, ShareWord word) {
            members.stream().filter(member -> !member.id.equals(id)).forEach(member -> member.hear(id, word));
        }

        void pass(Duration time) {
            Duration end = now.plus(time);
            while (true) {
                Optional<Later> next = waiting.stream()
                        .filter(later -> later.at.compareTo(end) <= 0)
                        .min((one, other) -> one.at.compareTo(other.at));
                if (next.isEmpty()) {
                    break;
                }
                waiting.remove(next.get());
                now = next.get().at;
                next.get().task.run();
            }
            now = end;
        }
    }

    private final class Member implements Succession.Actions {
        private final String id;
        private final Succession succession;
        private final Set<String> taken = new HashSet<>();
        private final Map<String, Integer> takeOvers = new HashMap<>();

        Member(String id) {
            this.id = id;
            succession = new Succession(id, GRACE, this);
            network.members.add(this);
        }

        void hear(String who, ShareWord word) {
            succession.heard(who, Optional.of(word));
        }

        void connect() {
            succession.present(true);
            network.say(id, ShareWord.HERE);
        }

        @Override
        public void later(Duration wait, Runnable task) {
            network.waiting.add(new Network.Later(network.now.plus(wait), task));
        }

        @Override
        public void takeOver(String clientId) {
            taken.add(clientId);
            takeOvers.merge(clientId, 1, Integer::sum);
            network.say(clientId, ShareWord.takenBy(id));
        }

        @Override
        public void letGo(String clientId) {
            if (taken.remove(clientId)) {
                succession.lost(clientId);
            }
        }

        @Override
        public Set<String> taken() {
            return taken;
        }
    }

    @Test
    void oneOfTheOthersTakesOverAfterTheGrace() {
        // Given
        a.connect();
        b.connect();

        // When
        network.say(LOST, ShareWord.GONE);
        network.pass(GRACE.minusMillis(1));
        assertThat(heirs()).isEmpty();
        network.pass(Duration.ofMinutes(1));

        // Then
        assertThat(heirs()).hasSize(1);
        assertThat(a.takeOvers.size() + b.takeOvers.size()).isEqualTo(1);
    }

    @Test
    void nobodyTakesOverFromWhoComesBackInTime() {
        // Given
        a.connect();

        // When
        network.say(LOST, ShareWord.GONE);
        network.pass(GRACE.dividedBy(2));
        network.say(LOST, ShareWord.HERE);
        network.pass(Duration.ofMinutes(1));

        // Then
        assertThat(heirs()).isEmpty();
    }

    @Test
    void theHeirLetsGoWhenTheOwnerComesBack() {
        // Given
        a.connect();
        network.say(LOST, ShareWord.GONE);
        network.pass(GRACE);
        assertThat(a.taken).containsExactly(LOST);

        // When
        network.say(LOST, ShareWord.HERE);
        network.pass(Duration.ofMinutes(1));

        // Then
        assertThat(a.taken).isEmpty();
        assertThat(a.takeOvers).containsEntry(LOST, 1);
    }

    @Test
    void anotherTakesOverFromAnHeirThatIsLost() {
        // Given
        a.connect();
        b.connect();
        network.say(LOST, ShareWord.GONE);
        network.pass(Duration.ofMinutes(1));
        Member heir = a.taken.isEmpty() ? b : a;
        Member other = heir == a ? b : a;

        // When
        network.members.remove(heir);
        network.say(heir.id, ShareWord.GONE);
        network.pass(Duration.ofMinutes(1));

        // Then
        assertThat(other.taken).containsExactlyInAnyOrder(LOST, heir.id);
    }

    @Test
    void aSessionThatTheBrokerGaveToSomebodyElseIsLeftAloneForAWhile() {
        // Given
        a.connect();
        network.say(LOST, ShareWord.GONE);
        network.pass(GRACE);

        // When
        a.taken.clear();
        a.succession.lost(LOST);
        network.pass(Duration.ofSeconds(9));
        assertThat(a.taken).isEmpty();
        network.pass(Duration.ofSeconds(2));

        // Then
        assertThat(a.taken).containsExactly(LOST);
    }

    @Test
    void whoIsNotConnectedTakesNothingOverUntilItIs() {
        // Given
        network.say(LOST, ShareWord.GONE);
        network.pass(Duration.ofMinutes(1));
        assertThat(heirs()).isEmpty();

        // When
        a.connect();
        network.pass(GRACE);

        // Then
        assertThat(a.taken).containsExactly(LOST);
    }

    @Test
    void nobodyCanHaveItRememberWithoutEnd() {
        // Given
        a.connect();
        for (int i = 0; i < 2_000; i++) {
            network.say("member-" + i, ShareWord.GONE);
        }

        // When
        network.pass(Duration.ofMinutes(1));

        // Then
        assertThat(a.taken).hasSizeLessThanOrEqualTo(8);
    }

    private Set<String> heirs() {
        Set<String> all = new HashSet<>(a.taken);
        all.addAll(b.taken);
        return all;
    }
}
