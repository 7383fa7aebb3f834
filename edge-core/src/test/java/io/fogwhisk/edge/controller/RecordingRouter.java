package io.fogwhisk.edge.controller;

import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.EdgeRouterGrpc;
import io.fogwhisk.edge.rpc.proto.ForwardingTable;
import io.fogwhisk.edge.rpc.proto.NumTables;
import io.fogwhisk.edge.rpc.proto.Return;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** The table service of a router that records its commands, and behaves as badly as it is told to. */
final class RecordingRouter {

    enum Mood {
        OBEYS,
        REFUSES,
        FAILS,
        HANGS,
        HOLDS
    }

    final List<EdgeRouterConf> commands = new CopyOnWriteArrayList<>();
    private final Queue<UnaryService.Answer<Return>> held = new ConcurrentLinkedQueue<>();
    final EdgePort port;
    volatile Mood mood = Mood.OBEYS;

    RecordingRouter(EdgeTransport transport, int portNumber) {
        port = transport.open(
                "table",
                "127.0.0.1",
                portNumber,
                new UnaryService(EdgeRouterGrpc.getServiceDescriptor())
                        .method(EdgeRouterGrpc.getConfigureMethod(), (conf, headers, answer) -> {
                            commands.add(conf);
                            switch (mood) {
                                case OBEYS ->
                                    answer.send(Return.newBuilder().setMsg("OK").build());
                                case REFUSES ->
                                    answer.send(Return.newBuilder()
                                            .setMsg("Error: no")
                                            .build());
                                case FAILS -> throw new IllegalStateException("told to fail");
                                case HANGS -> {}
                                case HOLDS -> held.add(answer);
                            }
                        })
                        .method(
                                EdgeRouterGrpc.getGetTableMethod(),
                                (id, headers, answer) -> answer.send(ForwardingTable.getDefaultInstance()))
                        .method(
                                EdgeRouterGrpc.getGetNumTablesMethod(),
                                (nothing, headers, answer) -> answer.send(NumTables.getDefaultInstance()))
                        .build());
    }

    String tableEndpoint() {
        return port.endpoint();
    }

    /** Answers the command that was held first. */
    void release() {
        held.remove().send(Return.newBuilder().setMsg("OK").build());
    }

    /** The commands as {@code CHANGE f>host:port}. */
    List<String> told() {
        return commands.stream()
                .map(conf -> conf.getAction() + " " + conf.getLambda() + ">" + conf.getDestination())
                .toList();
    }
}
