package io.fogwhisk.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who talks to whom: {@code flows.yaml}.
 *
 * @param roles with the ports that each listens on
 * @param policies the flows that each set of policies admits
 */
record FlowTable(Map<String, Set<Integer>> roles, Map<String, List<Flow>> policies) {

    static final String ANYONE = "anyone";
    static final String MONITORING = "monitoring";
    static final String CENTRE = "centre";
    private static final Set<String> OTHERS = Set.of(ANYONE, MONITORING, CENTRE);

    /**
     * One line.
     *
     * @param role of the other side's pods, where that is the centre
     */
    record Flow(String from, String to, Optional<String> role, List<Integer> ports, String why) {}

    /** The table of the project. */
    static FlowTable read() throws IOException {
        JsonNode table = new YAMLMapper().readTree(Files.readString(Path.of("flows.yaml")));
        Map<String, Set<Integer>> roles = new LinkedHashMap<>();
        table.path("roles")
                .properties()
                .forEach(role -> roles.put(role.getKey(), Set.copyOf(numbers(role.getValue()))));
        Map<String, List<Flow>> policies = new LinkedHashMap<>();
        table.path("policies").properties().forEach(set -> {
            List<Flow> flows = new ArrayList<>();
            for (JsonNode line : set.getValue()) {
                flows.add(flow(line, roles));
            }
            policies.put(set.getKey(), flows);
        });
        return new FlowTable(roles, policies);
    }

    private static Flow flow(JsonNode line, Map<String, Set<Integer>> roles) {
        Flow flow = new Flow(
                line.path("from").asText(),
                line.path("to").asText(),
                line.has("role") ? Optional.of(line.get("role").asText()) : Optional.empty(),
                numbers(line.path("ports")),
                line.path("why").asText());
        for (String side : List.of(flow.from(), flow.to())) {
            if (!roles.containsKey(side) && !OTHERS.contains(side)) {
                throw new IllegalArgumentException("flows.yaml: '" + side + "' is neither a role nor one of " + OTHERS);
            }
        }
        if (roles.containsKey(flow.to()) && !roles.get(flow.to()).containsAll(flow.ports())) {
            throw new IllegalArgumentException(
                    "flows.yaml: " + flow.to() + " listens on " + roles.get(flow.to()) + ", not on " + flow.ports());
        }
        if (flow.ports().isEmpty() || flow.why().isEmpty()) {
            throw new IllegalArgumentException("flows.yaml: a flow needs ports and a reason: " + line);
        }
        return flow;
    }

    /** All flows of several sets. */
    List<Flow> of(List<String> sets) {
        return sets.stream().flatMap(set -> policies.get(set).stream()).toList();
    }

    /** The roles that a set is about, in the order of the table. */
    List<String> rolesOf(String set) {
        return roles.keySet().stream()
                .filter(role -> policies.get(set).stream()
                        .anyMatch(flow -> flow.from().equals(role) || flow.to().equals(role)))
                .toList();
    }

    /** Every port that some role listens on. */
    Set<Integer> ports() {
        Set<Integer> ports = new TreeSet<>();
        roles.values().forEach(ports::addAll);
        return ports;
    }

    private static List<Integer> numbers(JsonNode list) {
        List<Integer> numbers = new ArrayList<>();
        list.forEach(each -> numbers.add(each.asInt()));
        return numbers;
    }
}
