package io.fogwhisk.edge.rpc;

import io.fogwhisk.edge.security.SecuredNode;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;

/** Two channels to one endpoint: one for lambdas, one for everything else. */
final class SplitChannel extends Channel {

    private final RemoteNode lambdas;
    private final RemoteNode control;

    SplitChannel(RemoteNode lambdas, RemoteNode control) {
        this.lambdas = lambdas;
        this.control = control;
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        RemoteNode way = SecuredNode.runsLambda(method) ? lambdas : control;
        return way.channel().newCall(method, options);
    }

    @Override
    public String authority() {
        return lambdas.channel().authority();
    }
}
