package io.fogwhisk.k8s;

import io.fogwhisk.k8s.NetworkWorld.Peer;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Holds policies against the table of flows, between everybody that there may be and on every port that is anybody's:
 * what the table has is admitted, and nothing else is.
 *
 * @param table all flows
 * @param sets those whose policies are there
 */
record FlowProof(FlowTable table, List<String> sets) {

    private static final Set<Integer> FURTHER_PORTS = Set.of(22, 53, 80, 443, 5432, 6443, 9001);

    /** One pod per role, as the policies see pods: by their labels. */
    List<Peer> onePodPerRole() {
        return table.roles().keySet().stream()
                .map(role -> new Peer(role, Optional.of(place()), Map.of("role.fogwhisk.io/" + role, "true"), true))
                .toList();
    }

    /** The pods of an overlay. */
    List<Peer> pods(ManifestSet manifests) {
        return manifests.workloads().stream()
                .map(each -> new Peer(each.manifest().name(), Optional.of(place()), each.labels(), true))
                .toList();
    }

    private Map<String, String> place() {
        return Map.of("fogwhisk.io/place", sets.contains("centre") ? "centre" : "site");
    }

    /** Everybody who is not of the namespace. */
    private List<Peer> others() {
        List<Peer> others = new ArrayList<>();
        others.add(new Peer("an address elsewhere", Optional.empty(), Map.of(), false));
        others.add(new Peer("a pod elsewhere", Optional.of(Map.of()), Map.of(), false));
        others.add(new Peer(
                "Prometheus", Optional.of(Map.of("kubernetes.io/metadata.name", "monitoring")), Map.of(), false));
        others.add(new Peer(
                "DNS",
                Optional.of(Map.of("kubernetes.io/metadata.name", "kube-system")),
                Map.of("k8s-app", "kube-dns"),
                false));
        for (String place : List.of("site", "centre")) {
            for (String role : table.roles().keySet()) {
                others.add(new Peer(
                        role + " of another " + place,
                        Optional.of(Map.of("fogwhisk.io/place", place)),
                        Map.of("role.fogwhisk.io/" + role, "true"),
                        false));
            }
        }
        return others;
    }

    /** What is not as the table has it; empty when the proof holds. */
    List<String> differences(List<V1NetworkPolicy> policies, List<Peer> pods) {
        NetworkWorld world = new NetworkWorld(policies);
        List<Peer> all = new ArrayList<>(pods);
        all.addAll(others());
        Set<Integer> ports = new TreeSet<>(table.ports());
        ports.addAll(FURTHER_PORTS);
        List<String> differences = new ArrayList<>();
        for (Peer from : all) {
            for (Peer to : all) {
                if (from.equals(to) || !(from.here() || to.here())) {
                    continue;
                }
                for (int port : ports) {
                    for (String protocol : List.of("TCP", "UDP")) {
                        boolean admitted = world.admits(from, to, port, protocol);
                        if (admitted != declared(from, to, port, protocol)) {
                            differences.add(from + " -> " + to + ":" + port + "/" + protocol
                                    + (admitted ? " is admitted and no flow" : " is a flow and not admitted"));
                        }
                    }
                }
            }
        }
        return differences;
    }

    private boolean declared(Peer from, Peer to, int port, String protocol) {
        if (to.name().equals("DNS") && port == 53) {
            return true;
        }
        if (!protocol.equals("TCP")) {
            return false;
        }
        // Both sides have to admit it; of who is elsewhere, only the side that is here is known.
        boolean leaves = !from.here()
                || table.of(sets).stream()
                        .anyMatch(
                                flow -> flow.ports().contains(port) && from.hasRole(flow.from()) && isTarget(flow, to));
        boolean enters = !to.here()
                || table.of(sets).stream()
                        .anyMatch(flow -> flow.ports().contains(port) && to.hasRole(flow.to()) && isSource(flow, from));
        return leaves && enters;
    }

    private static boolean isTarget(FlowTable.Flow flow, Peer to) {
        return switch (flow.to()) {
            case FlowTable.ANYONE -> true;
            case FlowTable.CENTRE ->
                to.namespace().isEmpty()
                        || (to.name().endsWith(" of another centre")
                                && to.hasRole(flow.role().orElseThrow()));
            default -> to.here() && to.hasRole(flow.to());
        };
    }

    private static boolean isSource(FlowTable.Flow flow, Peer from) {
        return switch (flow.from()) {
            case FlowTable.ANYONE -> true;
            case FlowTable.MONITORING -> from.name().equals("Prometheus");
            default -> from.here() && from.hasRole(flow.from());
        };
    }
}
