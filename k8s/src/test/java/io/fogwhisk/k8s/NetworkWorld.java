package io.fogwhisk.k8s;

import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1NetworkPolicyPeer;
import io.kubernetes.client.openapi.models.V1NetworkPolicyPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a network plugin that enforces policies would let through to and from the pods of one namespace. A block of
 * addresses means only who is no pod here; with some plugins it means pods that have such an address as well, which then
 * get as far as anyone on the network does.
 *
 * @param policies of that namespace
 */
record NetworkWorld(List<V1NetworkPolicy> policies) {

    /**
     * Somebody on the network.
     *
     * @param name for messages
     * @param namespace the labels of the pod's namespace; empty for who is no pod
     * @param labels of the pod
     * @param here whether it is a pod of the namespace that the policies belong to
     */
    record Peer(String name, Optional<Map<String, String>> namespace, Map<String, String> labels, boolean here) {

        boolean hasRole(String role) {
            return "true".equals(labels.get("role.fogwhisk.io/" + role));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Whether a connection gets from one to the other. */
    boolean admits(Peer from, Peer to, int port, String protocol) {
        return (!from.here() || leaves(from, to, port, protocol)) && (!to.here() || enters(from, to, port, protocol));
    }

    private boolean leaves(Peer from, Peer to, int port, String protocol) {
        List<V1NetworkPolicy> about = about(from, "Egress");
        return about.isEmpty()
                || about.stream()
                        .filter(each -> each.getSpec().getEgress() != null)
                        .flatMap(each -> each.getSpec().getEgress().stream())
                        .anyMatch(rule -> peers(rule.getTo(), to) && ports(rule.getPorts(), port, protocol));
    }

    private boolean enters(Peer from, Peer to, int port, String protocol) {
        List<V1NetworkPolicy> about = about(to, "Ingress");
        return about.isEmpty()
                || about.stream()
                        .filter(each -> each.getSpec().getIngress() != null)
                        .flatMap(each -> each.getSpec().getIngress().stream())
                        .anyMatch(rule -> peers(rule.getFrom(), from) && ports(rule.getPorts(), port, protocol));
    }

    private List<V1NetworkPolicy> about(Peer pod, String direction) {
        return policies.stream()
                .filter(each -> each.getSpec().getPolicyTypes().contains(direction))
                .filter(each -> Selectors.selects(each.getSpec().getPodSelector(), pod.labels()))
                .toList();
    }

    private static boolean peers(List<V1NetworkPolicyPeer> peers, Peer other) {
        return peers == null || peers.isEmpty() || peers.stream().anyMatch(each -> means(each, other));
    }

    private static boolean means(V1NetworkPolicyPeer peer, Peer other) {
        if (peer.getIpBlock() != null) {
            // Of the blocks that are used here each holds every address; pods are meant by their labels.
            return other.namespace().isEmpty() && peer.getIpBlock().getCidr().endsWith("/0");
        }
        boolean namespace = peer.getNamespaceSelector() == null
                ? other.here()
                : other.namespace().isPresent()
                        && Selectors.selects(
                                peer.getNamespaceSelector(), other.namespace().get());
        return namespace && (peer.getPodSelector() == null || Selectors.selects(peer.getPodSelector(), other.labels()));
    }

    private static boolean ports(List<V1NetworkPolicyPort> ports, int port, String protocol) {
        return ports == null
                || ports.isEmpty()
                || ports.stream()
                        .anyMatch(each -> each.getPort().getIntValue() == port
                                && protocol.equals(each.getProtocol() == null ? "TCP" : each.getProtocol()));
    }
}
