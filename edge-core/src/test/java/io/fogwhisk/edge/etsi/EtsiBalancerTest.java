package io.fogwhisk.edge.etsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.controller.EdgeControllerConfig;
import io.fogwhisk.edge.controller.FlatInstaller;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.etsi.AddressTuple;
import io.fogwhisk.edge.rpc.proto.etsi.ContextTuple;
import io.fogwhisk.edge.rpc.proto.etsi.Contexts;
import io.fogwhisk.edge.rpc.proto.etsi.Number;
import io.fogwhisk.edge.rpc.proto.etsi.Table;
import io.fogwhisk.edge.rpc.proto.etsi.UeAppLcmProxyGrpc;
import io.fogwhisk.edge.rpc.proto.etsi.Void;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EtsiBalancerTest {

    private static final Duration PERIOD = Duration.ofMillis(50);

    private final EdgeDomain domain = new EdgeDomain(false);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private volatile Contexts contexts = Contexts.getDefaultInstance();

    @AfterEach
    void close() {
        domain.close();
    }

    @Test
    void tellsTheProxyOfLambdasAndTheirDefaultsAndBalancesContexts() {
        // Given
        EdgePort proxy = domain.transport().open("proxy", "127.0.0.1", 0, proxy());
        EdgeTransport transport = domain.transport();
        try (EtsiBalancer balancer = new EtsiBalancer(proxy.endpoint(), PERIOD, transport);
                EdgeController controller = controller(balancer, transport)) {
            balancer.start();
            controller.start();

            // When
            EdgeComputer computer = domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f");

            // Then
            String route = "f " + computer.endpoint();
            EdgeDomain.await().until(() -> told.size() == 2);
            assertThat(told).containsExactly("add f", "associate  " + route);

            // When
            contexts = Contexts.newBuilder()
                    .addContexts(
                            ContextTuple.newBuilder().setAddress("10.0.0.9").setAppName("f"))
                    .build();

            // Then
            EdgeDomain.await().until(() -> told.size() == 3);
            assertThat(told.get(2)).isEqualTo("associate 10.0.0.9 " + route);

            // When
            computer.close();

            // Then
            EdgeDomain.await().until(() -> told.size() == 5);
            assertThat(told.subList(3, 5)).containsExactly("remove  f ", "delete f");
        }
    }

    @Test
    void tellsAProxyThatComesBackEverythingAgain() {
        // Given
        EdgePort proxy = domain.transport().open("proxy", "127.0.0.1", 0, proxy());
        EdgeTransport transport = domain.transport();
        try (EtsiBalancer balancer = new EtsiBalancer(proxy.endpoint(), PERIOD, transport);
                EdgeController controller = controller(balancer, transport)) {
            balancer.start();
            controller.start();
            domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f");
            EdgeDomain.await().until(() -> told.size() == 2);
            proxy.close();
            EdgeDomain.await().until(balancer::isLost);
            told.clear();

            // When
            domain.transport().open("proxy", "127.0.0.1", proxy.number(), proxy());

            // Then
            EdgeDomain.await().until(() -> told.size() == 2);
            assertThat(told.get(0)).isEqualTo("add f");
        }
    }

    private static EdgeController controller(EtsiBalancer balancer, EdgeTransport transport) {
        return new EdgeController(
                new EdgeControllerConfig("127.0.0.1", 0, EdgeDomain.LEASE),
                new FlatInstaller(),
                List.of(balancer),
                transport);
    }

    private ServerServiceDefinition proxy() {
        return new UnaryService(UeAppLcmProxyGrpc.getServiceDescriptor())
                .method(UeAppLcmProxyGrpc.getAssociateAddressMethod(), (tuple, headers, answer) -> {
                    told.add("associate " + text(tuple));
                    answer.send(Void.getDefaultInstance());
                })
                .method(UeAppLcmProxyGrpc.getRemoveAddressMethod(), (tuple, headers, answer) -> {
                    told.add("remove " + text(tuple));
                    answer.send(Void.getDefaultInstance());
                })
                .method(UeAppLcmProxyGrpc.getAddLambdaMethod(), (lambda, headers, answer) -> {
                    told.add("add " + lambda.getValue());
                    answer.send(Void.getDefaultInstance());
                })
                .method(UeAppLcmProxyGrpc.getDelLambdaMethod(), (lambda, headers, answer) -> {
                    told.add("delete " + lambda.getValue());
                    answer.send(Void.getDefaultInstance());
                })
                .method(
                        UeAppLcmProxyGrpc.getNumContextsMethod(),
                        (nothing, headers, answer) -> answer.send(Number.getDefaultInstance()))
                .method(
                        UeAppLcmProxyGrpc.getTableMethod(),
                        (nothing, headers, answer) -> answer.send(Table.getDefaultInstance()))
                .method(UeAppLcmProxyGrpc.getContextsMethod(), (nothing, headers, answer) -> answer.send(contexts))
                .build();
    }

    private static String text(AddressTuple tuple) {
        return tuple.getClient() + " " + tuple.getAppName() + " " + tuple.getServer();
    }
}
