package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.registry.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Topic filters by their levels, to find those that cover another one without asking each. Not thread-safe. */
final class FilterTree {

    private final Node root = new Node();

    private static final class Node {
        private final Map<String, Node> next = new HashMap<>();
        private @Nullable TopicFilter filter;
    }

    /**
     * The fewest filters that match whatever any of the given ones matches, each with the highest QoS of those that it
     * stands for: a filter that another one covers is left out, because a broker may send one copy of a message per
     * matching subscription.
     *
     * @param filters with their QoS; none of them shared unless it is the only one
     */
    static Map<TopicFilter, Integer> fewest(Map<TopicFilter, Integer> filters) {
        FilterTree tree = new FilterTree();
        filters.keySet().forEach(tree::add);
        Map<TopicFilter, List<TopicFilter>> covers = new HashMap<>();
        Map<TopicFilter, Integer> fewest = new HashMap<>();
        filters.forEach((filter, qos) -> {
            List<TopicFilter> above = tree.covering(filter);
            if (above.isEmpty()) {
                fewest.put(filter, qos);
            } else {
                covers.put(filter, above);
            }
        });
        covers.forEach((filter, above) -> {
            int qos = Optional.ofNullable(filters.get(filter)).orElse(0);
            above.forEach(each -> fewest.computeIfPresent(each, (same, so) -> Math.max(so, qos)));
        });
        return fewest;
    }

    private void add(TopicFilter filter) {
        Node node = root;
        for (String level : filter.levels()) {
            node = node.next.computeIfAbsent(level, name -> new Node());
        }
        node.filter = filter;
    }

    /** The others that cover a filter. */
    private List<TopicFilter> covering(TopicFilter filter) {
        List<TopicFilter> found = new ArrayList<>();
        collect(root, filter, 0, found);
        return found;
    }

    private static void collect(Node node, TopicFilter filter, int at, List<TopicFilter> found) {
        List<String> levels = filter.levels();
        // Wildcards at the start leave out what begins with a dollar sign.
        boolean wild = at > 0 || !levels.get(0).startsWith("$");
        Node rest = node.next.get("#");
        if (wild && rest != null && rest.filter != null && !rest.filter.equals(filter)) {
            found.add(rest.filter);
        }
        if (at == levels.size()) {
            if (node.filter != null && !node.filter.equals(filter)) {
                found.add(node.filter);
            }
            return;
        }
        String level = levels.get(at);
        if (level.equals("#")) {
            return;
        }
        Node same = node.next.get(level);
        if (same != null) {
            collect(same, filter, at + 1, found);
        }
        Node any = node.next.get("+");
        if (wild && any != null && !level.equals("+")) {
            collect(any, filter, at + 1, found);
        }
    }
}
