package io.fogwhisk.edge.router;

import io.fogwhisk.edge.rpc.DestinationStatus;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.EdgeRouterGrpc;
import io.fogwhisk.edge.rpc.proto.ForwardingTable;
import io.fogwhisk.edge.rpc.proto.NumTables;
import io.fogwhisk.edge.rpc.proto.Return;
import io.fogwhisk.edge.table.Routing;
import io.grpc.ServerServiceDefinition;

/** Serves the tables of a router to the controller and to the operator's table client. */
final class TableService {

    private TableService() {}

    /** @param changed called after each change */
    static ServerServiceDefinition of(Routing tables, Runnable changed) {
        return new UnaryService(EdgeRouterGrpc.getServiceDescriptor())
                .method(EdgeRouterGrpc.getConfigureMethod(), (conf, headers, answer) -> {
                    String outcome = configure(tables, conf);
                    changed.run();
                    answer.send(Return.newBuilder().setMsg(outcome).build());
                })
                .method(EdgeRouterGrpc.getGetTableMethod(), (id, headers, answer) -> {
                    ForwardingTable.Builder table = ForwardingTable.newBuilder();
                    tables.entries(id.getValue()).forEach(entry -> table.addEntries(entry.toProto()));
                    answer.send(table.build());
                })
                .method(
                        EdgeRouterGrpc.getGetNumTablesMethod(),
                        (nothing, headers, answer) -> answer.send(
                                NumTables.newBuilder().setValue(tables.tables()).build()))
                .build();
    }

    private static String configure(Routing tables, EdgeRouterConf conf) {
        try {
            switch (conf.getAction()) {
                case FLUSH -> tables.flush();
                case CHANGE ->
                    tables.change(new ForwardingEntry(
                            conf.getLambda(),
                            conf.getDestination(),
                            conf.getWeight(),
                            conf.getFinal(),
                            conf.getIdempotent(),
                            conf.getControlled(),
                            DestinationStatus.UNKNOWN));
                case REMOVE -> tables.remove(conf.getLambda(), conf.getDestination());
                default -> throw new EdgeException("unknown action " + conf.getActionValue());
            }
            return "OK";
        } catch (EdgeException e) {
            return "Error: " + e.getMessage();
        }
    }
}
