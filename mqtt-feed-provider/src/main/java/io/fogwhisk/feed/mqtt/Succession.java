package io.fogwhisk.feed.mqtt;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides which lost members of a share group this one takes over, and when. A member whose session is left to collect
 * messages is vacant after a grace in which it may come back; those that are left have a different first heir for each,
 * the others wait a little longer. Belongs to the control thread.
 */
final class Succession {

    /** Time between the first heir's turn and the second's, and so on. */
    private static final Duration TURN = Duration.ofMillis(500);

    private static final int MAX_TURNS = 20;
    private static final Duration TRY_AGAIN = Duration.ofSeconds(10);
    // Anybody may publish where members are announced.
    private static final int MAX_MEMBERS = 1_000;
    private static final int MAX_HEIRS = 8;

    private final String me;
    private final Duration grace;
    private final Actions actions;
    private final Map<String, ShareWord> members = new HashMap<>();
    private final Map<String, Object> turns = new HashMap<>();
    private boolean present;

    /** What a decision leads to. */
    interface Actions {
        /** Runs a task after a while. */
        void later(Duration wait, Runnable task);

        /** Takes a member's session over, and tells the others. */
        void takeOver(String clientId);

        /** Lets go of a member's session, if this one is its heir at all. */
        void letGo(String clientId);

        /** Which sessions this one is the heir of. */
        Set<String> taken();
    }

    Succession(String me, Duration grace, Actions actions) {
        this.me = me;
        this.grace = grace;
        this.actions = actions;
    }

    /** This member is connected, or not: only one that is connected takes anything over. */
    void present(boolean now) {
        present = now;
        if (now) {
            List.copyOf(members.keySet()).forEach(id -> consider(id, grace));
        }
    }

    /** Something was said of another member. */
    void heard(String clientId, Optional<ShareWord> word) {
        if (word.isEmpty()) {
            members.remove(clientId);
        } else if (members.size() < MAX_MEMBERS || members.containsKey(clientId)) {
            members.put(clientId, word.get());
        }
        boolean mine = word.filter(said -> said.kind() == ShareWord.Kind.GONE
                        || (said.kind() == ShareWord.Kind.TAKEN && said.heir().equals(me)))
                .isPresent();
        if (!mine) {
            actions.letGo(clientId);
        }
        turns.remove(clientId);
        consider(clientId, grace);
        members.entrySet().stream()
                .filter(member -> member.getValue().heir().equals(clientId))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(id -> consider(id, grace));
    }

    /** This one lost a session that it had taken over: perhaps to its owner. */
    void lost(String clientId) {
        consider(clientId, TRY_AGAIN);
    }

    private void consider(String clientId, Duration wait) {
        if (!vacant(clientId)) {
            return;
        }
        Object turn = new Object();
        turns.put(clientId, turn);
        actions.later(wait.plus(TURN.multipliedBy(rank(clientId))), () -> act(clientId, turn));
    }

    private void act(String clientId, Object turn) {
        if (turns.get(clientId) != turn || !vacant(clientId) || !present) {
            return;
        }
        turns.remove(clientId);
        Set<String> taken = actions.taken();
        if (taken.size() >= MAX_HEIRS && !taken.contains(clientId)) {
            consider(clientId, TRY_AGAIN);
        } else if (!taken.contains(clientId)) {
            actions.takeOver(clientId);
        }
    }

    private boolean vacant(String clientId) {
        ShareWord word = members.get(clientId);
        if (word == null || word.kind() == ShareWord.Kind.HERE) {
            return false;
        }
        return word.kind() == ShareWord.Kind.GONE || word.heir().equals(me) || !here(word.heir());
    }

    private boolean here(String clientId) {
        return ShareWord.HERE.equals(members.get(clientId));
    }

    private int rank(String clientId) {
        List<String> heirs = Stream.concat(
                        members.keySet().stream().filter(this::here).filter(id -> !id.equals(me)), Stream.of(me))
                .sorted(Comparator.<String>comparingInt(id -> (id + clientId).hashCode())
                        .thenComparing(Comparator.naturalOrder()))
                .collect(Collectors.toList());
        return Math.min(MAX_TURNS, heirs.indexOf(me));
    }
}
