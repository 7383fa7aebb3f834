package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.KeyValueText;

/** Reads {@code --server-conf}: how lambdas come in. Stateless. */
final class ServerConf {

    private ServerConf() {}

    /** Checks it; gRPC is the only transport there is. */
    static void check(KeyValueText conf) {
        String type = conf.text("type", "grpc");
        if (!type.equals("grpc")) {
            conf.fault("type", "must be grpc, was '" + type + "'");
        }
        conf.check();
    }
}
