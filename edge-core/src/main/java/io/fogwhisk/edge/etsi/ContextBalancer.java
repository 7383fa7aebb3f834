package io.fogwhisk.edge.etsi;

import io.fogwhisk.edge.controller.ComputerNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which computer is the default of each lambda, and how clients are spread over the computers. Confined to one thread.
 */
final class ContextBalancer {

    private final Map<String, Set<String>> offers = new LinkedHashMap<>();
    private final Map<String, String> defaults = new TreeMap<>();

    void announced(ComputerNode computer) {
        offers.put(computer.endpoint(), computer.lambdas());
        settle();
    }

    void removed(String endpoint) {
        offers.remove(endpoint);
        settle();
    }

    /** The computer that came first of those that run a lambda, by lambda; a default stays while it runs it. */
    Map<String, String> defaults() {
        return defaults;
    }

    /**
     * An association for each client and lambda that someone can run: those with most contexts first, each to the
     * computer that has fewest by then, of equal ones to the one that came first.
     *
     * @param contexts those that are active, one each
     */
    List<Association> balance(Collection<Association> contexts) {
        Map<Association, Integer> sizes = new HashMap<>();
        contexts.forEach(each -> sizes.merge(new Association(each.client(), each.lambda(), ""), 1, Integer::sum));
        List<Association> groups = new ArrayList<>(sizes.keySet());
        groups.sort(Comparator.comparing((Association group) -> -sizes.getOrDefault(group, 0))
                .thenComparing(Association::lambda)
                .thenComparing(Association::client));
        Map<String, Integer> loads = new HashMap<>();
        List<Association> balanced = new ArrayList<>();
        for (Association group : groups) {
            offers.entrySet().stream()
                    .filter(offer -> offer.getValue().contains(group.lambda()))
                    .map(Map.Entry::getKey)
                    .min(Comparator.comparing(computer -> loads.getOrDefault(computer, 0)))
                    .ifPresent(computer -> {
                        loads.merge(computer, sizes.getOrDefault(group, 0), Integer::sum);
                        balanced.add(new Association(group.client(), group.lambda(), computer));
                    });
        }
        return balanced;
    }

    private void settle() {
        defaults.entrySet().removeIf(each -> !runs(each.getValue(), each.getKey()));
        offers.forEach((computer, lambdas) -> lambdas.forEach(lambda -> defaults.putIfAbsent(lambda, computer)));
    }

    private boolean runs(String computer, String lambda) {
        return offers.getOrDefault(computer, Set.of()).contains(lambda);
    }
}
