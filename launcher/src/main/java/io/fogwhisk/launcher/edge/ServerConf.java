package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.KeyValueText;
import java.util.List;

/** Reads what old scripts say of how lambdas are taken. Stateless. */
final class ServerConf {

    private ServerConf() {}

    /** Checks {@code --num-threads}, which has no effect: no thread waits for a lambda. */
    static void checkThreads(int threads) {
        if (threads < 0) {
            throw new ConfigException(List.of("--num-threads must be 0 or more, was " + threads));
        }
    }

    /** Checks {@code --server-conf}; gRPC is the only transport there is. */
    static void check(KeyValueText conf) {
        String type = conf.text("type", "grpc");
        if (!type.equals("grpc")) {
            conf.fault("type", "must be grpc, was '" + type + "'");
        }
        conf.check();
    }
}
