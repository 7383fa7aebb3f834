package io.fogwhisk.lean.runtime;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** A container of a Docker engine, which bounds its memory and processes itself. Thread-safe. */
final class DockerContainer implements Container {

    private final DockerEngine engine;
    private final String name;
    private final InetSocketAddress address;
    private final Process logs;
    private final ChildOutput output;
    private boolean ended;
    private volatile boolean overMemory;

    /**
     * Takes over a container that runs.
     *
     * @param port on the loopback address
     */
    DockerContainer(DockerEngine engine, String name, int port) {
        this.engine = engine;
        this.name = name;
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.logs = engine.logs(name);
        this.output = new ChildOutput(logs);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public ChildOutput output() {
        return output;
    }

    @Override
    public boolean alive() {
        return logs.isAlive();
    }

    @Override
    public boolean overMemory() {
        return overMemory;
    }

    @Override
    public void watch() {
        // The engine does.
    }

    @Override
    public synchronized void end() {
        if (!ended) {
            ended = true;
            overMemory = engine.overMemory(name);
            engine.remove(List.of(name));
            logs.destroyForcibly();
        }
    }
}
