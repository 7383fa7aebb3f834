package io.fogwhisk.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.EdgeRouterGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.ForwardingTable;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.rpc.proto.NumTables;
import io.fogwhisk.edge.rpc.proto.Return;
import io.fogwhisk.edge.rpc.proto.RouterInfo;
import io.fogwhisk.edge.rpc.proto.TableId;
import io.fogwhisk.edge.rpc.proto.Void;
import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes of ours beside nodes that know the reference's services and fields only: no metadata, nothing from field 100 on. */
class ForeignPeerTest {

    private final EdgeDomain domain = new EdgeDomain(false);
    private final Deque<Runnable> open = new ArrayDeque<>();

    @AfterEach
    void close() {
        domain.close();
        while (!open.isEmpty()) {
            open.pop().run();
        }
    }

    @Test
    void aForeignClientIsServedThroughARouterAndDirectly() {
        // Given
        EdgeController controller = domain.controller(0);
        EdgeRouter router = domain.router(controller.endpoint());
        EdgeComputer computer = domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f");
        EdgeDomain.awaitRoutes(router, 1);
        LambdaRequest request = LambdaRequest.newBuilder()
                .setName("f")
                .setInput("hello")
                .setUuid("u-1")
                .build();

        // When
        LambdaResponse routed = client(router.endpoint()).runLambda(request);
        LambdaResponse direct = client(computer.endpoint()).runLambda(request);

        // Then
        assertThat(routed.getRetcode()).isEqualTo("OK");
        assertThat(routed.getOutput()).isEqualTo("hello");
        assertThat(routed.getResponder()).isEqualTo(computer.endpoint());
        assertThat(routed.getHops()).isEqualTo(2);
        assertThat(routed.getUnknownFields().asMap()).isEmpty();
        assertThat(direct.getRetcode()).isEqualTo("OK");
        assertThat(direct.getHops()).isEqualTo(1);
    }

    @Test
    void aForeignClientIsToldWhatWentWrongInTheRetcodeAndNeverByTheStatus() {
        // Given
        EdgeRouter router = domain.router("");
        EdgeComputer computer = domain.computer("", 0, EdgeDomain.ECHO, "f");

        // When
        LambdaResponse unknown = client(router.endpoint())
                .runLambda(LambdaRequest.newBuilder().setName("nobody's").build());
        LambdaResponse looping = client(router.endpoint())
                .runLambda(LambdaRequest.newBuilder().setName("f").setHops(255).build());
        LambdaResponse nameless = client(computer.endpoint()).runLambda(LambdaRequest.getDefaultInstance());

        // Then
        assertThat(unknown.getRetcode()).isEqualTo("No destinations found for the entry");
        assertThat(looping.getRetcode()).isEqualTo("loop detected");
        assertThat(nameless.getRetcode()).contains("empty name");
    }

    @Test
    void aForeignComputerThatAnnouncesItselfOnceIsUsedAndNamed() {
        // Given: it names no responder, as the simulated computer of the reference
        List<LambdaRequest> seen = new CopyOnWriteArrayList<>();
        String computer = computer(request -> {
            seen.add(request);
            return LambdaResponse.newBuilder()
                    .setRetcode("OK")
                    .setOutput(request.getInput())
                    .setHops(request.getHops() + 1)
                    .build();
        });
        EdgeController controller = domain.controller(0);
        EdgeRouter router = domain.router(controller.endpoint());
        EdgeControllerGrpc.EdgeControllerBlockingStub announcing =
                EdgeControllerGrpc.newBlockingStub(channel(controller.endpoint()));

        // When
        announcing.announceComputer(ComputerInfo.newBuilder()
                .setEdgeServerEndpoint(computer)
                .addContainers(ComputerInfo.Container.newBuilder()
                        .setName("c0")
                        .setProcessor("arm")
                        .setLambda("f"))
                .build());
        EdgeDomain.awaitRoute(router, "f", computer);
        LambdaResult result = domain.call(router.endpoint(), LambdaCall.of("f", "hello"));

        // Then
        assertThat(result).isInstanceOfSatisfying(LambdaResult.Done.class, done -> {
            assertThat(done.output()).isEqualTo("hello");
            assertThat(done.responder()).isEqualTo(computer);
            assertThat(done.hops()).isEqualTo(2);
        });
        assertThat(seen).singleElement().satisfies(request -> {
            assertThat(request.getForward()).isTrue();
            assertThat(request.getUnknownFields().asMap()).isEmpty();
        });

        // When
        announcing.removeComputer(
                ComputerInfo.newBuilder().setEdgeServerEndpoint(computer).build());

        // Then
        EdgeDomain.awaitRoutes(router, 0);
    }

    @Test
    void aForeignRouterIsToldOfComputersAsTheyComeAndGo() {
        // Given
        List<EdgeRouterConf> commands = new CopyOnWriteArrayList<>();
        String tables = serve(new EdgeRouterGrpc.EdgeRouterImplBase() {
            @Override
            public void configure(EdgeRouterConf request, StreamObserver<Return> observer) {
                commands.add(request);
                answer(observer, Return.newBuilder().setMsg("OK").build());
            }

            @Override
            public void getTable(TableId request, StreamObserver<ForwardingTable> observer) {
                answer(observer, ForwardingTable.getDefaultInstance());
            }

            @Override
            public void getNumTables(Void request, StreamObserver<NumTables> observer) {
                answer(observer, NumTables.newBuilder().setValue(2).build());
            }
        });
        EdgeController controller = domain.controller(0);
        EdgeControllerGrpc.newBlockingStub(channel(controller.endpoint()))
                .announceRouter(RouterInfo.newBuilder()
                        .setEdgeServerEndpoint("127.0.0.1:1")
                        .setForwardingTableEndpoint(tables)
                        .build());

        // When
        EdgeComputer computer = domain.computer(controller.endpoint(), 0, EdgeDomain.ECHO, "f");

        // Then
        EdgeDomain.await().until(() -> has(commands, EdgeRouterConf.Action.CHANGE, computer.endpoint()));
        assertThat(commands)
                .filteredOn(command -> command.getAction() == EdgeRouterConf.Action.CHANGE)
                .allSatisfy(command -> {
                    assertThat(command.getLambda()).isEqualTo("f");
                    assertThat(command.getWeight()).isEqualTo(1);
                    assertThat(command.getFinal()).isTrue();
                });

        // When
        computer.close();

        // Then
        EdgeDomain.await().until(() -> has(commands, EdgeRouterConf.Action.REMOVE, computer.endpoint()));
    }

    @Test
    void aForeignRouterForwardsToAComputerOfOurs() {
        // Given
        EdgeComputer computer = domain.computer("", 0, EdgeDomain.ECHO, "f");

        // When: what a router of the reference sends on
        LambdaResponse response = client(computer.endpoint())
                .runLambda(LambdaRequest.newBuilder()
                        .setName("f")
                        .setInput("hello")
                        .setForward(true)
                        .setHops(1)
                        .build());

        // Then
        assertThat(response.getRetcode()).isEqualTo("OK");
        assertThat(response.getHops()).isEqualTo(2);
        assertThat(response.getUnknownFields().asMap()).isEmpty();
    }

    @Test
    void aForeignControllerHearsOfOurNodesAndThatAComputerLeaves() {
        // Given: it has none of our services
        List<ComputerInfo> computers = new CopyOnWriteArrayList<>();
        List<RouterInfo> routers = new CopyOnWriteArrayList<>();
        List<String> removed = new CopyOnWriteArrayList<>();
        String controller = serve(new EdgeControllerGrpc.EdgeControllerImplBase() {
            @Override
            public void announceComputer(ComputerInfo request, StreamObserver<Void> observer) {
                computers.add(request);
                answer(observer, Void.getDefaultInstance());
            }

            @Override
            public void announceRouter(RouterInfo request, StreamObserver<Void> observer) {
                routers.add(request);
                answer(observer, Void.getDefaultInstance());
            }

            @Override
            public void removeComputer(ComputerInfo request, StreamObserver<Void> observer) {
                removed.add(request.getEdgeServerEndpoint());
                answer(observer, Void.getDefaultInstance());
            }
        });

        // When
        EdgeRouter router = domain.router(controller);
        EdgeComputer computer = domain.computer(controller, 0, EdgeDomain.ECHO, "f");

        // Then
        EdgeDomain.await().until(() -> !computers.isEmpty() && !routers.isEmpty());
        assertThat(routers.get(0).getEdgeServerEndpoint()).isEqualTo(router.endpoint());
        assertThat(routers.get(0).getForwardingTableEndpoint()).isEqualTo(router.tableEndpoint());
        assertThat(computers.get(0).getEdgeServerEndpoint()).isEqualTo(computer.endpoint());
        assertThat(computers.get(0).getContainersList()).singleElement().satisfies(container -> {
            assertThat(container.getLambda()).isEqualTo("f");
            assertThat(container.getNumWorkers()).isPositive();
        });

        // When
        computer.close();
        router.close();

        // Then
        assertThat(removed).contains(computer.endpoint());
    }

    private static boolean has(List<EdgeRouterConf> commands, EdgeRouterConf.Action action, String destination) {
        return commands.stream()
                .anyMatch(command -> command.getAction() == action
                        && command.getDestination().equals(destination));
    }

    private String computer(Function<LambdaRequest, LambdaResponse> function) {
        return serve(new EdgeServerGrpc.EdgeServerImplBase() {
            @Override
            public void runLambda(LambdaRequest request, StreamObserver<LambdaResponse> observer) {
                answer(observer, function.apply(request));
            }
        });
    }

    private EdgeServerGrpc.EdgeServerBlockingStub client(String endpoint) {
        return EdgeServerGrpc.newBlockingStub(channel(endpoint)).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private ManagedChannel channel(String endpoint) {
        ManagedChannel channel = Grpc.newChannelBuilder(endpoint, InsecureChannelCredentials.create())
                .build();
        open.push(channel::shutdownNow);
        return channel;
    }

    private String serve(BindableService service) {
        Server server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(service)
                .build();
        try {
            server.start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        open.push(server::shutdownNow);
        return "127.0.0.1:" + server.getPort();
    }

    private static <A> void answer(StreamObserver<A> observer, A answer) {
        observer.onNext(answer);
        observer.onCompleted();
    }
}
