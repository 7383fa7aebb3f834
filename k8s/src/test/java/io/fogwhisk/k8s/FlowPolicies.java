package io.fogwhisk.k8s;

import java.util.List;
import java.util.stream.Collectors;

/** Writes the network policies that admit the flows of the table, and nothing else. */
record FlowPolicies(FlowTable table) {

    private static final String HEADER = """
            # Made of k8s/flows.yaml: change that, then run
            #   mvn -pl k8s -am verify -Dtest=FlowsTest -Dsurefire.failIfNoSpecifiedTests=false -Dk8s.rewrite=true
            """;

    /** What holds for every pod of a namespace: nothing in, and out only to ask for names. */
    private static final String ALL_PODS = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata:
              name: default-deny
            spec:
              podSelector: {}
              policyTypes: [Ingress, Egress]
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata:
              name: dns
            spec:
              podSelector: {}
              policyTypes: [Egress]
              egress:
                - to:
                    - namespaceSelector:
                        matchLabels:
                          kubernetes.io/metadata.name: kube-system
                      podSelector:
                        matchLabels:
                          k8s-app: kube-dns
                  ports:
                    - {port: 53, protocol: UDP}
                    - {port: 53, protocol: TCP}
            ---
            """;

    /** The text of one set's file. */
    String text(String set) {
        boolean whole = set.equals("site") || set.equals("centre");
        return HEADER
                + (whole ? ALL_PODS : "")
                + table.rolesOf(set).stream().map(role -> policy(set, role)).collect(Collectors.joining("---\n"));
    }

    private String policy(String set, String role) {
        List<FlowTable.Flow> in = table.policies().get(set).stream()
                .filter(flow -> flow.to().equals(role))
                .toList();
        List<FlowTable.Flow> out = table.policies().get(set).stream()
                .filter(flow -> flow.from().equals(role))
                .toList();
        StringBuilder text = new StringBuilder("""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata:
                  name: %s
                spec:
                  podSelector:
                    matchLabels:
                      role.fogwhisk.io/%s: "true"
                  policyTypes: [%s]
                """.formatted(
                        set.equals("site") || set.equals("centre") || set.equals(role) ? role : set + "-" + role,
                        role,
                        in.isEmpty() ? "Egress" : out.isEmpty() ? "Ingress" : "Ingress, Egress"));
        rules(
                text,
                "ingress",
                "from",
                in.stream()
                        .map(flow -> new Rule(flow.why(), peers(flow.from(), flow), flow))
                        .toList());
        rules(
                text,
                "egress",
                "to",
                out.stream()
                        .map(flow -> new Rule(flow.why(), peers(flow.to(), flow), flow))
                        .toList());
        return text.toString();
    }

    private record Rule(String why, String peers, FlowTable.Flow flow) {}

    private static void rules(StringBuilder text, String direction, String side, List<Rule> rules) {
        if (rules.isEmpty()) {
            return;
        }
        text.append("  ").append(direction).append(":\n");
        for (Rule rule : rules) {
            text.append("    # ").append(rule.why()).append('\n').append("    - ports:\n");
            for (int port : rule.flow().ports()) {
                text.append("        - {port: ").append(port).append(", protocol: TCP}\n");
            }
            if (!rule.peers().isEmpty()) {
                text.append("      ").append(side).append(":\n").append(rule.peers());
            }
        }
    }

    /** Nothing means whoever it is. */
    private static String peers(String name, FlowTable.Flow flow) {
        return switch (name) {
            case FlowTable.ANYONE -> "";
            case FlowTable.MONITORING -> """
                        - namespaceSelector:
                            matchLabels:
                              kubernetes.io/metadata.name: monitoring
                """;
            case FlowTable.CENTRE -> """
                        - namespaceSelector:
                            matchLabels:
                              fogwhisk.io/place: centre
                          podSelector:
                            matchLabels:
                              role.fogwhisk.io/%s: "true"
                        - ipBlock: {cidr: 0.0.0.0/0}
                        - ipBlock: {cidr: "::/0"}
                """.formatted(flow.role().orElseThrow());
            default -> """
                        - podSelector:
                            matchLabels:
                              role.fogwhisk.io/%s: "true"
                """.formatted(name);
        };
    }
}
