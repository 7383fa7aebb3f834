package io.fogwhisk.k8s;

import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1NetworkPolicyEgressRule;
import io.kubernetes.client.openapi.models.V1NetworkPolicyIngressRule;
import io.kubernetes.client.openapi.models.V1NetworkPolicyPort;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServicePort;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
            List<V1NetworkPolicyIngressRule> in = policy.getSpec().getIngress();
            for (int i = 0; in != null && i < in.size(); i++) {
                // A name is looked up at the pods that are connected to.
                List<Workload> targets = manifests.workloads().stream()
                        .filter(each -> Selectors.selects(policy.getSpec().getPodSelector(), each.labels()))
                        .toList();
                policyPorts(manifest, "spec.ingress[" + i + "]", in.get(i).getPorts(), targets, faults);
            }
            List<V1NetworkPolicyEgressRule> out = policy.getSpec().getEgress();
            for (int i = 0; out != null && i < out.size(); i++) {
                policyPorts(manifest, "spec.egress[" + i + "]", out.get(i).getPorts(), manifests.workloads(), faults);
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
            }
            manifests.workloads().stream()
                    .filter(pods -> Selectors.selects(service.getSpec().getSelector(), pods.labels()))
                    .filter(pods -> !has(pods.ports(), target))
                    .forEach(pods -> faults.add(
                            manifest, path + ".targetPort", "'" + target + "' is no port of " + pods.manifest()));
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
        long handlers = Stream.of(probe.getHttpGet(), probe.getTcpSocket(), probe.getGrpc(), probe.getExec())
                .filter(Objects::nonNull)
                .count();
        faults.unless(
                handlers == 1,
                workload.manifest(),
                path,
                "must have one of httpGet, grpc, tcpSocket and exec, has " + handlers);
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
            return;
        }
        IntOrString asked = target;
        faults.unless(has(ports, asked), workload.manifest(), path, "is no port of the container: " + asked);
    }

    private static void policyPorts(
            Manifest manifest, String path, List<V1NetworkPolicyPort> ports, List<Workload> targets, Faults faults) {
        for (int i = 0; ports != null && i < ports.size(); i++) {
            IntOrString port = ports.get(i).getPort();
            String at = path + ".ports[" + i + "].port";
            if (port == null) {
                continue;
            }
            if (port.isInteger()) {
                number(manifest, at, port.getIntValue(), faults);
            } else {
                faults.unless(
                        targets.stream().anyMatch(each -> has(each.ports(), port)),
                        manifest,
                        at,
                        "is no port of the pods that are meant: " + port);
            }
        }
    }

    private static void number(Manifest manifest, String path, int port, Faults faults) {
        faults.unless(port >= 1 && port <= LAST, manifest, path, "must be 1 to " + LAST + ", was " + port);
    }

    /** Whether a port of that number or name is among them. */
    private static boolean has(List<V1ContainerPort> ports, IntOrString asked) {
        return ports.stream()
                .anyMatch(port -> asked.isInteger()
                        ? port.getContainerPort().equals(asked.getIntValue())
                        : asked.getStrValue().equals(port.getName()));
    }
}
