package io.fogwhisk.launcher.broker;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The embedded broker as a process, until it is killed. */
final class BrokerChild {

    static final String UP = "broker is up";

    private BrokerChild() {}

    public static void main(String[] args) throws InterruptedException {
        new EmbeddedBroker("child", "127.0.0.1", Integer.parseInt(args[0]), Path.of(args[1])).start();
        System.out.println(UP);
        new CountDownLatch(1).await();
    }
}
