package io.fogwhisk.edge.controller;

import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;

/** A lambda and a computer that runs it. */
record Route(String lambda, String destination) {

    private static final float UNMEASURED = 1.0f;

    /** The command that makes a router know the route, or forget it. */
    EdgeRouterConf command(boolean install) {
        EdgeRouterConf.Builder command =
                EdgeRouterConf.newBuilder().setLambda(lambda).setDestination(destination);
        if (install) {
            return command.setAction(EdgeRouterConf.Action.CHANGE)
                    .setWeight(UNMEASURED)
                    .setFinal(true)
                    .build();
        }
        return command.setAction(EdgeRouterConf.Action.REMOVE).build();
    }
}
