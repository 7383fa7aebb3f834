package io.fogwhisk.edge.router;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.EdgeRouterGrpc;
import io.fogwhisk.edge.rpc.proto.ForwardingTable;
import io.fogwhisk.edge.rpc.proto.NumTables;
import io.fogwhisk.edge.rpc.proto.Return;
import io.fogwhisk.edge.table.RoutingTables;
import io.grpc.ServerServiceDefinition;

/** Serves the tables of a router to the controller and to the operator's table client. */
final class TableService {

    private TableService() {}

    static ServerServiceDefinition of(RoutingTables tables) {
        return new UnaryService(EdgeRouterGrpc.getServiceDescriptor())
                .method(
                        EdgeRouterGrpc.getConfigureMethod(),
                        (conf, headers, answer) -> answer.send(Return.newBuilder()
                                .setMsg(configure(tables, conf))
                                .build()))
                .method(EdgeRouterGrpc.getGetTableMethod(), (id, headers, answer) -> {
                    ForwardingTable.Builder table = ForwardingTable.newBuilder();
                    tables.entries(id.getValue()).forEach(entry -> table.addEntries(entry.toProto()));
                    answer.send(table.build());
                })
                .method(
                        EdgeRouterGrpc.getGetNumTablesMethod(),
                        (nothing, headers, answer) -> answer.send(NumTables.newBuilder()
                                .setValue(RoutingTables.COUNT)
                                .build()))
                .build();
    }

    private static String configure(RoutingTables tables, EdgeRouterConf conf) {
        try {
            switch (conf.getAction()) {
                case FLUSH -> tables.flush();
                case CHANGE ->
                    tables.change(new ForwardingEntry(
                            conf.getLambda(), conf.getDestination(), conf.getWeight(), conf.getFinal()));
                case REMOVE -> tables.remove(conf.getLambda(), conf.getDestination());
                default -> throw new EdgeException("unknown action " + conf.getActionValue());
            }
            return "OK";
        } catch (EdgeException e) {
            return "Error: " + e.getMessage();
        }
    }
}
