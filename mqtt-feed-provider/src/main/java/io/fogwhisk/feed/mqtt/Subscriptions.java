package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.registry.TopicFilter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be subscribed and what the broker was asked on the connection there is, so that only the difference is
 * asked for, in packets of a sane size. Belongs to the control thread.
 */
final class Subscriptions {

    private static final int MAX_FILTERS = 500;
    private static final int MAX_CHARACTERS = 64 * 1024;

    private Map<TopicFilter, Integer> wanted = Map.of();
    private Set<TopicFilter> unwanted = Set.of();
    private final Map<TopicFilter, Integer> asked = new HashMap<>();
    private final Set<TopicFilter> gone = new HashSet<>();
    private final Map<TopicFilter, String> refused = new HashMap<>();

    /**
     * The next packet: filters to subscribe with their QoS, or filters to unsubscribe.
     *
     * @param subscribe empty if it is to unsubscribe
     */
    record Packet(Map<TopicFilter, Integer> subscribe, Set<TopicFilter> unsubscribe) {}

    /** Sets what is to be; what was refused is asked for again. */
    void want(Map<TopicFilter, Integer> filters, Set<TopicFilter> against) {
        wanted = Map.copyOf(filters);
        unwanted = Set.copyOf(against);
        refused.keySet().forEach(asked::remove);
        refused.clear();
    }

    /** Nothing is to be. */
    void wantNothing(Set<TopicFilter> against) {
        Set<TopicFilter> held = new HashSet<>(against);
        held.addAll(wanted.keySet());
        held.addAll(unwanted);
        want(Map.of(), held);
    }

    /** The connection is new: even a broker that kept the session may have lost a part of it when it was killed. */
    void askAgain() {
        asked.clear();
        gone.clear();
        refused.clear();
    }

    /** The filters that the broker refused, and why. */
    Map<TopicFilter, String> refused() {
        return Map.copyOf(refused);
    }

    /** What to send next; empty when the broker was asked for everything. */
    Optional<Packet> next() {
        Map<TopicFilter, Integer> more = new HashMap<>();
        int size = 0;
        for (Map.Entry<TopicFilter, Integer> wish : wanted.entrySet()) {
            if (!wish.getValue().equals(asked.get(wish.getKey()))) {
                more.put(wish.getKey(), wish.getValue());
                size += wish.getKey().text().length();
                if (full(more.size(), size)) {
                    break;
                }
            }
        }
        if (!more.isEmpty()) {
            return Optional.of(new Packet(more, Set.of()));
        }
        Set<TopicFilter> less = new HashSet<>();
        for (TopicFilter filter : unwanted) {
            if (!gone.contains(filter)) {
                less.add(filter);
                size += filter.text().length();
                if (full(less.size(), size)) {
                    break;
                }
            }
        }
        return less.isEmpty() ? Optional.empty() : Optional.of(new Packet(Map.of(), less));
    }

    /** The broker answered. */
    void answered(Packet packet, Map<TopicFilter, String> refusals) {
        asked.putAll(packet.subscribe);
        gone.removeAll(packet.subscribe.keySet());
        refused.keySet().removeAll(packet.subscribe.keySet());
        refused.putAll(refusals);
        gone.addAll(packet.unsubscribe);
        asked.keySet().removeAll(packet.unsubscribe);
        refused.keySet().removeAll(packet.unsubscribe);
    }

    private static boolean full(int filters, int characters) {
        return filters >= MAX_FILTERS || characters >= MAX_CHARACTERS;
    }
}
