package io.fogwhisk.k8s;

import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1NetworkPolicyPort;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServicePort;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Ports are numbers that there are, or names that a container gave. */
final class PortRule implements Rule {

    private static final Pattern NAME = Pattern.compile("(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?");
    private static final int LAST = 65_535;

    @Override
    public void check(ManifestSet manifests, Faults faults) {
        manifests.each(V1Service.class, (manifest, service) -> service(manifest, service, manifests, faults));
        for (Workload each : manifests.workloads()) {
            containers(each, faults);
        }
        manifests.each(V1NetworkPolicy.class, (manifest, policy) -> {
            for (int i = 0;
                    policy.getSpec().getIngress() != null
                            && i < policy.getSpec().getIngress().size();
                    i++) {
                policyPorts(
                        manifest,
                        "spec.ingress[" + i + "]",
                        policy.getSpec().getIngress().get(i).getPorts(),
                        faults);
            }
            for (int i = 0;
                    policy.getSpec().getEgress() != null
                            && i < policy.getSpec().getEgress().size();
                    i++) {
                policyPorts(
                        manifest,
                        "spec.egress[" + i + "]",
                        policy.getSpec().getEgress().get(i).getPorts(),
                        faults);
            }
        });
    }

    private static void service(Manifest manifest, V1Service service, ManifestSet manifests, Faults faults) {
        List<V1ServicePort> ports = service.getSpec().getPorts();
        Set<String> names = new HashSet<>();
        for (int i = 0; ports != null && i < ports.size(); i++) {
            V1ServicePort port = ports.get(i);
            String path = "spec.ports[" + i + "]";
            number(manifest, path + ".port", port.getPort(), faults);
            String name = port.getName();
            faults.unless(
                    name != null || ports.size() == 1,
                    manifest,
                    path + ".name",
                    "is required where a Service has several ports");
            faults.unless(
                    name == null || names.add(name), manifest, path + ".name", "is that of another port: " + name);
            IntOrString target = port.getTargetPort();
            if (target == null) {
                continue;
            }
            if (target.isInteger()) {
                number(manifest, path + ".targetPort", target.getIntValue(), faults);
            } else {
                manifests.workloads().stream()
                        .filter(pods -> Selectors.selects(service.getSpec().getSelector(), pods.labels()))
                        .filter(pods -> !names(pods.ports()).contains(target.getStrValue()))
                        .forEach(pods -> faults.add(
                                manifest,
                                path + ".targetPort",
                                "'" + target.getStrValue() + "' is no port of " + pods.manifest()));
            }
        }
    }

    private static void containers(Workload workload, Faults faults) {
        Set<String> names = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        for (Workload.Placed placed : workload.containers()) {
            List<V1ContainerPort> ports = placed.container().getPorts() == null
                    ? List.of()
                    : placed.container().getPorts();
            for (int i = 0; i < ports.size(); i++) {
                V1ContainerPort port = ports.get(i);
                String path = placed.path() + ".ports[" + i + "]";
                number(workload.manifest(), path + ".containerPort", port.getContainerPort(), faults);
                faults.unless(
                        port.getHostPort() == null,
                        workload.manifest(),
                        path + ".hostPort",
                        "takes a port of the node");
                if (port.getName() != null) {
                    faults.unless(
                            NAME.matcher(port.getName()).matches(),
                            workload.manifest(),
                            path + ".name",
                            "must be at most 15 lower-case letters, digits and dashes, was '" + port.getName() + "'");
                    faults.unless(
                            names.add(port.getName()),
                            workload.manifest(),
                            path + ".name",
                            "is that of another port of the pod: " + port.getName());
                }
                faults.unless(
                        numbers.add(port.getContainerPort() + "/" + port.getProtocol()),
                        workload.manifest(),
                        path + ".containerPort",
                        "is taken by another port of the pod: " + port.getContainerPort());
            }
            probe(workload, placed, "startupProbe", placed.container().getStartupProbe(), ports, faults);
            probe(workload, placed, "livenessProbe", placed.container().getLivenessProbe(), ports, faults);
            probe(workload, placed, "readinessProbe", placed.container().getReadinessProbe(), ports, faults);
        }
    }

    private static void probe(
            Workload workload,
            Workload.Placed placed,
            String kind,
            V1Probe probe,
            List<V1ContainerPort> ports,
            Faults faults) {
        if (probe == null) {
            return;
        }
        String path = placed.path() + "." + kind;
        IntOrString target = null;
        if (probe.getHttpGet() != null) {
            path += ".httpGet.port";
            target = probe.getHttpGet().getPort();
        } else if (probe.getTcpSocket() != null) {
            path += ".tcpSocket.port";
            target = probe.getTcpSocket().getPort();
        } else if (probe.getGrpc() != null) {
            path += ".grpc.port";
            target = new IntOrString(probe.getGrpc().getPort());
        }
        if (target == null) {
            faults.unless(
                    probe.getExec() != null,
                    workload.manifest(),
                    path,
                    "must say what to ask: httpGet, grpc, tcpSocket or exec");
            return;
        }
        IntOrString asked = target;
        boolean there = asked.isInteger()
                ? ports.stream().anyMatch(port -> port.getContainerPort().equals(asked.getIntValue()))
                : names(ports).contains(asked.getStrValue());
        faults.unless(there, workload.manifest(), path, "is no port of the container: " + asked);
    }

    private static void policyPorts(Manifest manifest, String path, List<V1NetworkPolicyPort> ports, Faults faults) {
        for (int i = 0; ports != null && i < ports.size(); i++) {
            IntOrString port = ports.get(i).getPort();
            if (port != null && port.isInteger()) {
                number(manifest, path + ".ports[" + i + "].port", port.getIntValue(), faults);
            }
        }
    }

    private static void number(Manifest manifest, String path, int port, Faults faults) {
        faults.unless(port >= 1 && port <= LAST, manifest, path, "must be 1 to " + LAST + ", was " + port);
    }

    private static List<String> names(List<V1ContainerPort> ports) {
        return ports.stream()
                .map(V1ContainerPort::getName)
                .filter(name -> name != null)
                .toList();
    }
}
